import { escapeHtml, harmless, truncate } from "./escape.ts";
import { STATES } from "./palette.ts";
import type { AlertView } from "./types.ts";

const SHOWN = 5;
const COLORS = { INFO: STATES.running, WARN: STATES.crashed, ERROR: STATES.failed } as const;
const WORDS = { INFO: "alert", WARN: "alert: warning", ERROR: "alert: error" } as const;

/** Alerts as blocks of their own, newest first; older ones are counted. */
export function alertBlocks(alerts: readonly AlertView[]): string[] {
  const blocks = alerts.slice(0, SHOWN).map(({ title, text, level }) => {
    const color = COLORS[level] ?? COLORS.INFO;
    const body = text === ""
      ? ""
      : ` <span style="white-space:pre-wrap;opacity:.85">${
        escapeHtml(truncate(text, 1_000))
      }</span>`;
    return `<div style="border-left:3px solid ${color};padding:0 8px;margin:4px 0;` +
      `overflow-wrap:break-word">` +
      `<span style="color:${color};font-size:12px;padding-right:6px">${
        WORDS[level] ?? WORDS.INFO
      }` +
      `</span><strong>${escapeHtml(harmless(truncate(title, 200), true))}</strong>${body}</div>`;
  });
  const more = alerts.length - blocks.length;
  if (more > 0) {
    blocks.push(
      `<div style="opacity:.7;font-size:12px">… and ${more} earlier alert${
        more === 1 ? "" : "s"
      }</div>`,
    );
  }
  return blocks;
}
