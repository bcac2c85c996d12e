import type { MetricView, SeriesView } from "./types.ts";

/** A series over an axis that people can read. */
export interface ReadableAxis {
  readonly view: SeriesView;
  readonly xLabel: string;
  /** What each x was divided by. */
  readonly divisor: number;
}

/** Seconds are drawn in the unit that suits how many there are. */
export function readableAxis({ xName, view }: Pick<MetricView, "xName" | "view">): ReadableAxis {
  if (xName === "_step") return { view, xLabel: "step", divisor: 1 };
  if (xName !== "_runtime") return { view, xLabel: xName, divisor: 1 };
  const end = view.x.at(-1) ?? 0;
  const [divisor, xLabel] = end >= 10_800 ? [3600, "hours"] : end >= 180 ? [60, "minutes"] : [
    1,
    "seconds",
  ] as const;
  if (divisor === 1) return { view, xLabel, divisor };
  const x = view.x.map((x) => x / divisor);
  const ends = { minX: view.minX / divisor, maxX: view.maxX / divisor };
  return { view: { ...view, x, ...ends }, xLabel, divisor };
}
