import { type BenchRow, figure } from "../bench.ts";

/** What a load is called, and what is told of it. */
export interface Load {
  readonly title: string;
  readonly unit: string;
  /** Whether more of it is better. */
  readonly better: "more" | "less";
}

/** A load of which less is better. */
export const less = (title: string, unit: string): Load => ({ title, unit, better: "less" });

/** A load of which more is better. */
export const more = (title: string, unit: string): Load => ({ title, unit, better: "more" });

/** What one tracker did under a load. */
export interface Figure {
  readonly load: Load;
  /** The tracker. */
  readonly peer: string;
  /** In which way, where it has several or the load differs. */
  readonly how: string;
  /** The figure, or why there is none. */
  readonly value: number | Error;
}

/**
 * The figures as rows, a load after the other: those of the first tracker as they are, and those of
 * the others with how much better or worse the first one is.
 */
export function compare(all: readonly Figure[], own: string): BenchRow[] {
  const rows: BenchRow[] = [];
  for (const load of new Set(all.map((one) => one.load))) {
    const figures = all.filter((one) => one.load === load);
    const mine = figures.find(({ peer }) => peer === own)?.value;
    rows.push({ what: load.title, measured: "" });
    for (const { peer, how, value } of figures) {
      const what = `  ${peer}${how && `: ${how}`}`;
      if (value instanceof Error) {
        // What Cellar cannot do has failed; what another cannot is only told.
        const failed = peer === own && { ok: false };
        rows.push({ what: `${what}: ${value.message}`, measured: "none", ...failed });
      } else {
        const measured = `${told(value)} ${load.unit}`;
        const against = peer === own || typeof mine !== "number";
        rows.push({ what, measured, ...!against && ratio(mine, value, load, own) });
      }
    }
  }
  return rows;
}

function ratio(mine: number, theirs: number, { better }: Load, own: string): Partial<BenchRow> {
  const times = better === "more" ? mine / theirs : theirs / mine;
  return times >= 1
    ? { expected: `${own} is ${figure(times)} x better`, ok: true }
    : { expected: `${figure(1 / times)} x better than ${own}`, ok: false };
}

function told(value: number): string {
  return value >= 10_000 ? Math.round(value).toLocaleString("en-US") : figure(value);
}
