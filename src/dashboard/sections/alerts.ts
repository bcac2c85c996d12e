import type { RunAlert } from "../../server/store/store.ts";
import { type Html, line, markup } from "../html.ts";
import { timeTag } from "../time.ts";

const WORDS = { INFO: "Alert", WARN: "Warning", ERROR: "Error" } as const;
const MAX_TEXT = 1_000;

/** What the run has alerted people to, the newest first; room for it where there is nothing. */
export function alertsPart(alerts: readonly RunAlert[], now: number): Html {
  return markup`<div data-part="alerts">${
    alerts.map(({ title, text, level, at }) =>
      markup`<div class="alert ${level.toLowerCase()}"><p><b>${WORDS[level]}: ${
        line(title, 200)
      }</b> <span class="soft">${timeTag(at, now)}</span></p>${
        text !== "" && markup`<p>${text.slice(0, MAX_TEXT)}</p>`
      }</div>`
    )
  }</div>`;
}
