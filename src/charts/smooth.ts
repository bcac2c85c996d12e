/**
 * Exponential smoothing that starts without a bias towards zero. Gaps (NaN) stay gaps, and do not
 * reset it.
 *
 * @param factor From 0, which changes nothing, to below 1.
 * @throws {RangeError} When the factor is out of range.
 */
export function smooth(values: Float64Array, factor: number): Float64Array {
  if (!(factor >= 0 && factor < 1)) {
    throw new RangeError(`Cannot smooth by ${factor}: it takes 0 to below 1`);
  }
  const smoothed = new Float64Array(values.length);
  let average = 0;
  let weight = 0;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) {
      smoothed[i] = NaN;
      return;
    }
    average = average * factor + value * (1 - factor);
    weight = weight * factor + (1 - factor);
    smoothed[i] = average / weight;
  });
  return smoothed;
}
