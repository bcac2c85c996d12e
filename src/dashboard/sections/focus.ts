import { flag, type Html, line, markup } from "../html.ts";
import type { ChartItem } from "../views.ts";
import { plot } from "./chart_figure.ts";

/** One chart by itself, and how it is drawn. */
export interface FocusSection {
  /** As wide as a screen, and as wide as a phone. */
  readonly wide: ChartItem;
  readonly narrow: ChartItem;
  readonly smoothing: number;
  readonly log: boolean;
  /** Numbers as they were written into the form; empty for all. */
  readonly from: string;
  readonly to: string;
  /** What the x axis can be: how a query names it, and how people do. */
  readonly axes: readonly (readonly [string, string])[];
  readonly url: URL;
}

const SMOOTHING = [0, 0.5, 0.8, 0.9, 0.97, 0.99];

/** A large chart, with a form that says what part of it is drawn, and how. */
export function focusSection(view: FocusSection): Html {
  const { wide, url } = view;
  return markup`<section id="chart" class="focus" aria-labelledby="chart-head">
<div class="section-head"><h2 id="chart-head">${line(wide.key, 100)}</h2>
<a class="button" href="${url.pathname}#charts">All charts</a></div>
<div class="card">${focusFigure(view)}
${controls(view)}</div></section>`;
}

/** The chart without its form. */
export function focusFigure({ wide, narrow }: Pick<FocusSection, "wide" | "narrow">): Html {
  return markup`<figure class="chart" data-part="focus"><div class="roomy">${plot(wide)}</div>
<div class="narrow">${plot(narrow)}</div></figure>`;
}

function controls({ wide, smoothing, log, from, to, axes, url }: FocusSection): Html {
  const option = (value: string, name: string, selected: boolean) =>
    markup`<option value="${value}"${flag("selected", selected)}>${name}</option>`;
  return markup`<form class="controls" action="${url.pathname}">
<input type="hidden" name="chart" value="${wide.key}">
<label>Over<select name="x">${
    axes.map(([value, name]) => option(value, line(name, 60), value === wide.x))
  }</select></label>
<label>From<input type="number" step="any" name="from" value="${from}"></label>
<label>To<input type="number" step="any" name="to" value="${to}"></label>
<label>Smoothing<select name="smoothing">${
    SMOOTHING.map((amount) =>
      amount === 0
        ? option("", "none", smoothing === 0)
        : option(String(amount), String(amount), amount === smoothing)
    )
  }</select></label>
<label class="check"><input type="checkbox" name="log" value="1"${
    flag("checked", log)
  }>Logarithmic</label>
<button class="primary">Draw</button>
</form>`;
}
