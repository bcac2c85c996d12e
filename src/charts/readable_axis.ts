import type { ChartView, NamedSeries, SeriesView } from "./types.ts";

/** Series over an axis that people can read. */
export interface ReadableAxis {
  readonly series: readonly NamedSeries[];
  readonly xLabel: string;
  /** What each x was divided by. */
  readonly divisor: number;
}

/** Seconds are drawn in the unit that suits how many there are. */
export function readableAxis(
  { xName, series }: Pick<ChartView, "xName" | "series">,
): ReadableAxis {
  if (xName === "_step") return { series, xLabel: "step", divisor: 1 };
  if (xName !== "_runtime") return { series, xLabel: xName, divisor: 1 };
  const end = Math.max(0, ...series.map(({ view }) => view.x.at(-1) ?? 0));
  const [divisor, xLabel] = end >= 10_800 ? [3600, "hours"] : end >= 180 ? [60, "minutes"] : [
    1,
    "seconds",
  ] as const;
  if (divisor === 1) return { series, xLabel, divisor };
  return {
    series: series.map(({ name, view }) => ({ name, view: over(view, divisor) })),
    xLabel,
    divisor,
  };
}

function over(view: SeriesView, divisor: number): SeriesView {
  const { x, minX, maxX } = view;
  return {
    ...view,
    x: x.map((value) => value / divisor),
    minX: minX / divisor,
    maxX: maxX / divisor,
  };
}
