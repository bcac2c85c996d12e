/** Calls that took much longer than the others. */
export interface Pauses {
  /** Milliseconds of the slowest. */
  readonly slowestMs: number;
  /** How many took more than a millisecond, for each second spent in all of them. */
  readonly perSecond: number;
}

/** The pauses among times that were measured in milliseconds. */
export function pausesOf(milliseconds: Float64Array): Pauses {
  let [slowestMs, total, pauses] = [0, 0, 0];
  for (const time of milliseconds) {
    slowestMs = Math.max(slowestMs, time);
    total += time;
    if (time > 1) pauses++;
  }
  return { slowestMs, perSecond: pauses / (total / 1000) };
}
