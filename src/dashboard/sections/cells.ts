import { formatCount, formatDuration, formatNumber } from "../../charts/format.ts";
import { highlight } from "../highlight.ts";
import { type Html, line, markup } from "../html.ts";
import { timeTag } from "../time.ts";
import type { CellItem, CellList, CellOutput } from "../views.ts";

/** The cells of the run's notebook, and room for them where there are none. */
export function cellsPart(list: CellList | null, now: number): Html {
  return markup`<div data-part="cells">${list && cellsSection(list, now)}</div>`;
}

/** What was executed, what it logged, and what it showed. */
function cellsSection({ cells, total, href }: CellList, now: number): Html {
  const more = total - cells.length;
  return markup`<section id="cells" aria-labelledby="cells-head">
<div class="section-head"><h2 id="cells-head">Cells</h2>
<a class="button" href="${href}" download>Notebook</a></div>
<ol class="cells">${cells.map((cell) => cellItem(cell, now))}</ol>
${more > 0 && markup`<p class="soft">${formatCount(more)} more cells are in the notebook.</p>`}
</section>`;
}

function cellItem(cell: CellItem, now: number): Html {
  const { execution, source, status, outputs } = cell;
  const about = aboutCell(cell, now);
  return markup`<li class="card cell${status === "error" && " error"}">
<div class="cell-number">[${execution === null ? " " : execution}]</div>
<div>${about.length > 0 && markup`<div class="cell-about">${about}</div>`}<pre tabindex="0"><code>${
    highlight(source)
  }</code></pre></div>${
    outputs.length > 0 &&
    markup`<div class="output" tabindex="0" role="group" aria-label="Output">${
      outputs.map(outputItem)
    }</div>`
  }</li>
`;
}

function aboutCell({ status, took, logged, started }: CellItem, now: number): Html[] {
  const facts: Html[] = [];
  if (status === "error") facts.push(markup`<span class="failed">failed</span>`);
  if (took !== null) facts.push(markup`<span>${formatDuration(took)}</span>`);
  if (logged !== null) {
    const { rows, from, to } = logged;
    const steps = from === to
      ? `step ${formatNumber(from)}`
      : `steps ${formatNumber(from)}–${formatNumber(to)}`;
    const counted = `${formatCount(rows)} ${rows === 1 ? "row" : "rows"}`;
    facts.push(markup`<span>logged ${counted}, ${steps}</span>`);
  }
  if (started !== null) facts.push(markup`<span>${timeTag(started, now)}</span>`);
  return facts;
}

function outputItem(output: CellOutput): Html {
  return output.kind === "image"
    ? markup`<img src="${output.source}" alt="${line(output.alt, 300)}">`
    : markup`<pre${output.stream === "stderr" && markup` class="stderr"`}>${output.text}</pre>`;
}
