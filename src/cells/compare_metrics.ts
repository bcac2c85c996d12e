import { toNumber } from "../record/parse_line.ts";

/** How a metric of one run compares with the same of another. */
export interface MetricComparison {
  readonly name: string;
  /** Values in the record. */
  readonly recorded: number;
  /** Values that came again. */
  readonly replayed: number;
  /** How many of them are the same, one by one. */
  readonly same: number;
  /** Where they differ first, with the step of the record. */
  readonly first: {
    readonly step: number;
    readonly recorded: unknown;
    readonly replayed: unknown;
  } | null;
  /** The largest difference of two numbers, relative to the larger of them; 0 to 2. */
  readonly largest: number;
}

/** A row of a history. */
export type ComparedRow = { readonly _step: number; readonly [key: string]: unknown };

interface Value {
  readonly step: number;
  readonly value: unknown;
}

/**
 * Compares what two runs logged, metric by metric and value by value in their order.
 *
 * @param options Numbers that differ by no more than the tolerance, relative to the larger one, are
 * the same.
 *
 * @example
 * ```ts
 * compareMetrics([{ _step: 0, loss: 1 }], [{ _step: 0, loss: 1 }])[0]?.same; // 1
 * ```
 */
export function compareMetrics(
  recorded: Iterable<ComparedRow>,
  replayed: Iterable<ComparedRow>,
  options: { readonly tolerance?: number } = {},
): MetricComparison[] {
  const { tolerance = 0 } = options;
  const [before, after] = [columns(recorded), columns(replayed)];
  const names = new Set([...before.keys(), ...after.keys()]);
  return Array.from(names, (name): MetricComparison => {
    const [a, b] = [before.get(name) ?? [], after.get(name) ?? []];
    let same = 0;
    let largest = 0;
    let first: MetricComparison["first"] = null;
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const apart = difference(a[i]!.value, b[i]!.value);
      if (apart <= tolerance) same++;
      else first ??= { step: a[i]!.step, recorded: a[i]!.value, replayed: b[i]!.value };
      largest = Math.max(largest, apart);
    }
    return { name, recorded: a.length, replayed: b.length, same, first, largest };
  });
}

/** Whether all of a metric came again as it was. */
export function isSame({ recorded, replayed, same }: MetricComparison): boolean {
  return recorded === replayed && same === recorded;
}

function difference(a: unknown, b: unknown): number {
  const [x, y] = [toNumber(a), toNumber(b)];
  if (x === undefined || y === undefined) return JSON.stringify(a) === JSON.stringify(b) ? 0 : 2;
  if (Object.is(x, y) || x === y) return 0;
  const apart = Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y));
  return Number.isFinite(apart) ? apart : 2;
}

function columns(rows: Iterable<ComparedRow>): Map<string, Value[]> {
  const found = new Map<string, Value[]>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (name.startsWith("_")) continue;
      const column = found.get(name);
      if (column === undefined) found.set(name, [{ step: row._step, value }]);
      else column.push({ step: row._step, value });
    }
  }
  return found;
}
