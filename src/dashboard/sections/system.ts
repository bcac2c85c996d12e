import { type Html, line, markup } from "../html.ts";
import { inlineSvg } from "./chart_figure.ts";
import type { SystemChart } from "../views.ts";

/** What the machine did while the run went on, and room for it where nothing is known yet. */
export function systemPart(charts: readonly SystemChart[]): Html {
  return markup`<div data-part="system">${
    charts.length > 0 &&
    markup`<section id="system" aria-labelledby="system-head">
<div class="section-head"><h2 id="system-head">System</h2></div>
<div class="charts">${charts.map(systemFigure)}</div></section>`
  }</div>`;
}

function systemFigure({ name, last, drawing }: SystemChart): Html {
  return markup`<figure class="card chart"><figcaption><span title="${line(name, 500)}">${
    line(name, 60)
  }</span><b>${last}</b></figcaption>${inlineSvg(drawing.svg, drawing.alt)}</figure>
`;
}
