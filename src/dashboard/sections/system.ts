import { type Html, line, markup } from "../html.ts";
import { inlineSvg } from "./chart_figure.ts";
import type { SystemChart } from "../views.ts";

/** What the machine did while the run went on. */
export function systemSection(charts: readonly SystemChart[]): Html {
  return markup`<section id="system" aria-labelledby="system-head">
<div class="section-head"><h2 id="system-head">System</h2></div>
${systemPart(charts)}</section>`;
}

/** The charts without their heading. */
export function systemPart(charts: readonly SystemChart[]): Html {
  return markup`<div class="charts" data-part="system">${charts.map(systemFigure)}</div>`;
}

function systemFigure({ name, last, drawing }: SystemChart): Html {
  return markup`<figure class="card chart"><figcaption><span title="${line(name, 500)}">${
    line(name, 60)
  }</span><b>${last}</b></figcaption>${inlineSvg(drawing.svg, drawing.alt)}</figure>
`;
}
