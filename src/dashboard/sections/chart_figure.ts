import { flag, type Html, line, markup, trusted } from "../html.ts";
import type { ChartItem } from "../views.ts";

/** How a chart stands in its page. */
export interface ChartFigureOptions {
  /** The page that shows the chart alone. */
  readonly href: string;
  /** Whether it shows a part of the axis only, which a live page leaves as it is. */
  readonly part?: boolean;
}

/**
 * A chart with its name and its last value. Without a script it is a picture with a text
 * alternative; the attributes tell the script where its data is.
 */
export function chartFigure(item: ChartItem, { href, part = false }: ChartFigureOptions): Html {
  const { key, last } = item;
  return markup`<figure class="card chart" data-part="chart:${key}"${
    flag("data-zoomed", part)
  }><figcaption><a href="${href}" title="${line(key, 500)}">${
    line(key, 80)
  }</a><b>${last}</b></figcaption>
${plot(item)}</figure>`;
}

/** The drawing itself. */
export function plot({ key, x, divisor, drawing }: ChartItem): Html {
  const { svg, alt, width, height, plot: area } = drawing;
  const about = area && JSON.stringify({ width, height, ...area, divisor });
  return markup`<div class="plot" role="group" aria-label="${
    line(key, 200)
  }" data-key="${key}" data-x="${x}"${about !== undefined && markup` data-area="${about}"`}>${
    inlineSvg(svg, alt)
  }</div>`;
}

/** A drawing of the chart module in the page, with its text alternative. */
export function inlineSvg(svg: string, alt: string): Html {
  // The names of groups say nothing inside of an image, and have no place on a `<g>`.
  const unnamed = svg.replaceAll(/(<(?:g|path)(?: [\w-]+="[^"]*")*?) aria-label="[^"]*"/g, "$1");
  // By a function, so that a `$` in a name stays one.
  return trusted(unnamed.replace("<svg ", () => markup`<svg role="img" aria-label="${alt}" `.text));
}
