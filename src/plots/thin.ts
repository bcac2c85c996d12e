/**
 * Which points of a curve from (0, 0) to (1, 1) to keep so that there are at most `most`: the first
 * in each of as many equal pieces of its length, and the last. No point of the curve is farther from
 * those that are kept than a piece is long.
 */
export function thinnedCurve(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  most: number,
): number[] {
  const all = Array.from({ length: x.length }, (_, i) => i);
  if (x.length <= most) return all;
  let length = 0;
  let piece = -1;
  return all.filter((i) => {
    if (i > 0) length += Math.abs(x[i]! - x[i - 1]!) + Math.abs(y[i]! - y[i - 1]!);
    if (i === x.length - 1) return true;
    // A curve that rises all the way is 2 long.
    const at = Math.floor(length * (most - 2) / 2);
    if (at === piece) return false;
    piece = at;
    return true;
  });
}
