import type { SeriesView } from "./types.ts";

/**
 * Merges neighbouring buckets until at most `most` are left; a chart needs no more of them than it
 * has pixels. The lowest and the highest values stay.
 */
export function mergeView(view: SeriesView, most: number): SeriesView {
  const length = view.mean.length;
  if (length <= most || !(most >= 1)) return view;
  const x = new Float64Array(most);
  const mean = new Float64Array(most);
  const low = new Float64Array(most);
  const high = new Float64Array(most);
  const count = new Uint32Array(most);
  for (let to = 0, i = 0; to < most; to++) {
    const end = Math.round((to + 1) * length / most);
    const start = i;
    let finite = 0;
    low[to] = high[to] = mean[to] = NaN;
    for (; i < end; i++) {
      const n = view.count[i]!;
      count[to]! += n;
      if (Number.isNaN(view.mean[i]!)) continue;
      finite += n;
      const share = n / finite;
      mean[to] = finite === n ? view.mean[i]! : mean[to]! * (1 - share) + view.mean[i]! * share;
      if (!(view.low[i]! >= low[to]!)) low[to] = view.low[i]!;
      if (!(view.high[i]! <= high[to]!)) high[to] = view.high[i]!;
    }
    // As in the buckets themselves, rounding must not move it out of its values.
    mean[to] = Math.min(high[to]!, Math.max(low[to]!, mean[to]!));
    x[to] = view.x[start]! + (view.x[end - 1]! - view.x[start]!) / 2;
  }
  return { ...view, x, mean, low, high, count };
}
