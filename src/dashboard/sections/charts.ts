import { formatCount } from "../../charts/format.ts";
import { type Html, line, markup } from "../html.ts";
import { changed, withQuery } from "../links.ts";
import type { ChartGroup } from "../views.ts";
import { chartFigure } from "./chart_figure.ts";

/** The charts of a run, a page of them. */
export interface ChartsSection {
  readonly groups: readonly ChartGroup[];
  /** Charts that match, on all pages. */
  readonly total: number;
  /** Charts that there are, whatever was searched for. */
  readonly all: number;
  /** What the names of the charts have to hold. */
  readonly search: string;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  readonly url: URL;
}

/** Enough of them that one has to look for one. */
const SEARCHED = 9;

/** The charts in their groups. */
export function chartsSection(view: ChartsSection): Html {
  const many = view.all > SEARCHED || view.search !== "";
  return markup`<section id="charts" aria-labelledby="charts-head">
<div class="section-head"><h2 id="charts-head">Charts</h2>${many && searchForm(view)}</div>
${chartsPart(view)}
</section>`;
}

function searchForm({ all, search, url }: ChartsSection): Html {
  const hint = `Search ${formatCount(all)} charts`;
  return markup`<form role="search" action="${url.pathname}#charts">
<input type="search" name="charts" value="${search}" maxlength="200" aria-label="${hint}"
placeholder="${hint}"><button>Search</button></form>`;
}

/** The charts without their heading. */
export function chartsPart(view: ChartsSection): Html {
  const { groups, all, search, total, url } = view;
  const nothing = search === ""
    ? "No numbers have been logged yet."
    : "No chart has that in its name.";
  return markup`<div data-part="charts" data-charts="${all}">${
    total === 0
      ? markup`<p class="card empty">${nothing}</p>`
      : groups.map((group) => chartGroup(group, url))
  }${pager(view)}</div>`;
}

function chartGroup({ name, charts }: ChartGroup, url: URL): Html {
  return markup`${name !== "" && markup`<h3 class="group-name">${line(name, 80)}</h3>`}
<div class="charts">${
    charts.map((chart) =>
      chartFigure(chart, { href: withQuery(url.pathname, { chart: chart.key }) })
    )
  }</div>
`;
}

function pager({ url, page, pageSize, total }: ChartsSection): Html | null {
  const pages = Math.ceil(total / pageSize);
  if (pages <= 1) return null;
  const link = (name: string, rel: string, to: number) =>
    markup`<a class="button" rel="${rel}" href="${changed(url, { page: to })}#charts">${name}</a>`;
  return markup`<nav class="pages" aria-label="Pages of charts">
<div>Page ${page} of ${formatCount(pages)}</div><span>${
    page > 1 && link("Previous", "prev", page - 1)
  }${page < pages && link("Next", "next", page + 1)}</span></nav>`;
}
