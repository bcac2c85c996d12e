import { formatCount } from "../../charts/format.ts";
import { type Html, markup } from "../html.ts";
import type { LogLine, LogTail } from "../views.ts";

/** The end of what the run printed. */
export function logSection(tail: LogTail): Html {
  const { href } = tail;
  return markup`<section id="log" aria-labelledby="log-head">
<div class="section-head"><h2 id="log-head">Log</h2>${
    href !== undefined && markup`<a class="button" href="${href}">Whole log</a>`
  }</div>
${logPart(tail)}</section>`;
}

/** The lines without their heading. */
export function logPart({ lines, total }: LogTail): Html {
  const counted = `The last ${formatCount(lines.length)} of ${formatCount(total)} lines`;
  return markup`<div class="card" data-part="log">${
    lines.length === 0
      ? markup`<p class="empty">Nothing has been printed.</p>`
      : markup`<div class="text log" tabindex="0" role="group" aria-label="Log" data-end><pre>${
        lines.map(logLine)
      }</pre></div>`
  }${total > lines.length && markup`<p class="foot">${counted}</p>`}</div>`;
}

/** An empty line would have no height. */
function logLine({ number, text, stream }: LogLine): Html {
  return markup`<span data-n="${number + 1}"${stream === "stderr" && markup` class="stderr"`}>${
    text === "" ? " " : text
  }</span>`;
}
