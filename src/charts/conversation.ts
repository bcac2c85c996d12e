import { cellText } from "./cell_text.ts";
import { escapeHtml, harmless, truncate } from "./escape.ts";
import { formatCount } from "./format.ts";
import type { Frame } from "./frame.ts";

const MAX_TURNS = 20;
const MAX_TEXT = 2_000;

/** Whether the rows of a table are turns of a conversation. */
export function isConversation({ columns }: Frame): boolean {
  return columns[0]?.name === "role" && columns[1]?.name === "content";
}

/** Turns of a conversation, each with what is said in full lines. */
export function conversation(frame: Frame, maxTurns: number = MAX_TURNS): string {
  const [role, content, ...further] = frame.columns;
  const shown = Math.min(frame.length, maxTurns);
  const turns = Array.from({ length: shown }, (_, row) => {
    const facts = further
      .filter((column) => column.at(row) !== null && column.at(row) !== undefined)
      .map((column) => `${harmless(truncate(column.name, 40), true)} ${cellText(column.at(row))}`);
    const text = content?.at(row);
    return `<div style="margin:6px 0;padding:0 8px;border-left:3px solid rgba(128,128,128,.3)">` +
      `<div><strong>${escapeHtml(cellText(role?.at(row)))}</strong> ` +
      `<span style="opacity:.7;font-size:12px">${escapeHtml(facts.join(" · "))}</span></div>` +
      `<div style="white-space:pre-wrap;overflow-wrap:break-word;max-width:720px">${
        escapeHtml(truncate(typeof text === "string" ? text : cellText(text), MAX_TEXT))
      }</div></div>`;
  });
  const more = frame.rowCount - shown;
  if (more > 0) {
    turns.push(
      `<div style="opacity:.7;font-size:12px;padding:2px 10px">… and ${formatCount(more)} more ` +
        `turn${more === 1 ? "" : "s"}</div>`,
    );
  }
  return `<div style="font-size:13px;line-height:1.4">${turns.join("")}</div>`;
}
