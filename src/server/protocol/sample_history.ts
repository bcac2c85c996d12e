import { Refusal } from "../refusal.ts";
import type {
  Line,
  LineRange,
  Points,
  SeriesInfo,
  SeriesRange,
  Store,
  StoredRun,
} from "../store/store.ts";
import { Turns } from "../turns.ts";
import type { Context } from "./context.ts";

/** What `sampledHistory` is asked for. */
interface Spec {
  readonly keys: readonly string[];
  readonly samples: number;
  readonly minStep: number | undefined;
  /** Inclusive. */
  readonly maxStep: number | undefined;
}

const DEFAULT_SAMPLES = 500;
const MAX_SAMPLES = 100_000;

/** Points that are kept between two looks at them. */
const MAX_KEPT = 4_000_000;

/** Up to `samples` lines, evenly spaced; all of them when there are no more. */
export async function sampleLines(
  context: Context,
  run: StoredRun,
  stream: "history" | "events",
  samples: number | null | undefined,
  range: LineRange = {},
): Promise<string[]> {
  const { store } = context.services;
  const wanted = clampSamples(samples);
  const isRange = range.xFrom !== undefined || range.xTo !== undefined;
  const total = stream === "history" ? run.historyLines : run.eventLines;
  if (isRange || total <= wanted) {
    const limit = isRange ? MAX_SAMPLES : wanted;
    const lines: Line[] = [];
    for await (const block of store.lines.blocks(run.key, stream, { ...range, limit })) {
      context.spend(block.length);
      for (const line of block) {
        context.give(line.text);
        lines.push(line);
      }
    }
    // Who asks for a row a step asks for all, also where steps repeat.
    const all = wanted >= (range.xTo ?? Infinity) - (range.xFrom ?? 0);
    return (all ? lines : pick(lines, wanted)).map(({ text }) => text);
  }
  context.spend(wanted);
  const picked: string[] = [];
  let block: Line[] = [];
  for (let i = 0; i < wanted; i++) {
    const number = Math.round(i * (total - 1) / Math.max(wanted - 1, 1));
    if (!(block.length > 0 && number <= block.at(-1)!.number)) {
      const next = await firstBlock(store, run, stream, number);
      if (next === undefined) break;
      block = next;
    }
    // Where a line is missing, the next one stands for it.
    const line = block.find((line) => line.number >= number);
    if (line !== undefined) picked.push(context.give(line.text));
  }
  return picked;
}

/** Rows that hold all of some keys, evenly spaced: one list for each spec. */
export async function sampledHistory(
  context: Context,
  run: StoredRun,
  specs: readonly string[],
): Promise<Record<string, unknown>[][]> {
  const answers: Record<string, unknown>[][] = [];
  for (const spec of specs.slice(0, 100)) {
    answers.push(await rowsOfSpec(context, run, parseSpec(spec)));
  }
  return answers;
}

async function rowsOfSpec(
  context: Context,
  run: StoredRun,
  { keys, samples, minStep, maxStep }: Spec,
): Promise<Record<string, unknown>[]> {
  const { store } = context.services;
  const asked = [...new Set(keys)];
  const named = asked.filter((key) => key !== "_step" && key !== "_runtime");
  if (named.length === 0) return await rowsOfAll(context, run, asked, samples, minStep, maxStep);

  const known = await store.series.list(run.key, "history");
  const series = named.map((key) => known.filter((info) => info.key === key));
  if (series.some((kinds) => kinds.length === 0)) return [];
  const range = {
    ...(minStep !== undefined && { xFrom: minStep }),
    ...(maxStep !== undefined && { xTo: maxStep }),
  };
  const points = pointsOf(context, series, range);
  let common: number[] | undefined;
  for (const key of series.keys()) common = commonLines(common, await points(key));
  if (common === undefined) return [];
  const all = samples >= (maxStep ?? Infinity) + 1 - (minStep ?? 0);
  const lines = all ? common.slice(0, MAX_SAMPLES) : pick(common, samples);
  context.spend(lines.length);
  if (asked.includes("_runtime") || series.some((kinds) => kinds.some(isNoNumber))) {
    return await rowsOfLines(context, run, asked, lines);
  }
  const rows: Record<string, unknown>[] = lines.map(() => ({}));
  for (const key of asked) {
    const [column] = await points(key === "_step" ? 0 : named.indexOf(key));
    const values = key === "_step" ? column!.x : column!.values;
    let at = 0;
    for (const [i, line] of lines.entries()) {
      while (column!.lines[at]! < line) at++;
      const value = values[at]!;
      // JSON has no words for them.
      rows[i]![key] = Number.isFinite(value) ? value : String(value);
    }
  }
  return rows;
}

/** Rows when nothing but `_step` and `_runtime`, which every row has, is asked for. */
async function rowsOfAll(
  context: Context,
  run: StoredRun,
  keys: readonly string[],
  samples: number,
  minStep: number | undefined,
  maxStep: number | undefined,
): Promise<Record<string, unknown>[]> {
  const range = minStep === undefined && maxStep === undefined ? {} : {
    ...(minStep !== undefined && { xFrom: minStep }),
    ...(maxStep !== undefined && { xTo: maxStep + 1 }),
  };
  const texts = await sampleLines(context, run, "history", samples, range);
  return texts.map((text) => pickKeys(text, keys)).filter((row) => row !== undefined);
}

async function rowsOfLines(
  context: Context,
  run: StoredRun,
  keys: readonly string[],
  numbers: readonly number[],
): Promise<Record<string, unknown>[]> {
  const { store } = context.services;
  const rows: Record<string, unknown>[] = [];
  let block: Line[] = [];
  for (const number of numbers) {
    if (!(block.length > 0 && number <= block.at(-1)!.number)) {
      block = await firstBlock(store, run, "history", number) ?? [];
    }
    const line = block[number - (block[0]?.number ?? 0)];
    const row = line && pickKeys(context.give(line.text), keys);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

async function firstBlock(
  store: Store,
  run: StoredRun,
  stream: "history" | "events",
  from: number,
) {
  for await (const block of store.lines.blocks(run.key, stream, { from })) return block;
  return undefined;
}

/** The values of keys, which may lead into nested objects; undefined when one is missing. */
function pickKeys(text: string, keys: readonly string[]): Record<string, unknown> | undefined {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return undefined;
  }
  const picked: Record<string, unknown> = {};
  for (const key of keys) {
    const value = valueAt(row, key);
    if (value === undefined) return undefined;
    picked[key] = value;
  }
  return picked;
}

function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Object.hasOwn(value, key)) return (value as Record<string, unknown>)[key];
  for (let dot = key.indexOf("."); dot > 0; dot = key.indexOf(".", dot + 1)) {
    const head = key.slice(0, dot);
    if (!Object.hasOwn(value, head)) continue;
    const found = valueAt((value as Record<string, unknown>)[head], key.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Reads the points of each key, in each of its kinds. Those of a few keys are kept for the next
 * time; many are read again, so that a thousand keys are never in memory together.
 *
 * @throws {Refusal} When they are too many.
 */
function pointsOf(
  context: Context,
  keys: readonly (readonly SeriesInfo[])[],
  range: SeriesRange,
): (key: number) => Promise<Points[]> {
  const total = keys.flat().reduce((sum, { count }) => sum + count, 0);
  context.spendPoints(total);
  const kept = total > MAX_KEPT ? null : new Map<number, Points[]>();
  const turns = new Turns();
  return async (key) => {
    const known = kept?.get(key);
    if (known !== undefined) return known;
    await turns.next();
    const points: Points[] = [];
    for (const { series } of keys[key]!) {
      points.push(await context.services.store.series.points(series, range));
    }
    kept?.set(key, points);
    return points;
  };
}

/** Of some lines, or all, those that a key has in any of its kinds. */
function commonLines(common: number[] | undefined, kinds: readonly Points[]): number[] {
  const lines = kinds.length === 1
    ? kinds[0]!.lines
    : Float64Array.from(new Set(kinds.flatMap(({ lines }) => [...lines]))).sort();
  if (common === undefined) return Array.from(lines);
  let at = 0;
  return common.filter((line) => {
    while (at < lines.length && lines[at]! < line) at++;
    return lines[at] === line;
  });
}

function isNoNumber({ kind }: SeriesInfo): boolean {
  return kind !== "number";
}

function parseSpec(text: string): Spec {
  let spec: Record<string, unknown>;
  try {
    spec = JSON.parse(text);
  } catch {
    throw new Refusal("Cannot sample the history: a spec is not JSON");
  }
  const keys = spec.keys;
  if (!Array.isArray(keys) || keys.length > 1000 || keys.some((key) => typeof key !== "string")) {
    throw new Refusal("Cannot sample the history: the spec's keys are not a list of names");
  }
  return {
    keys,
    samples: clampSamples(spec.samples as number | undefined),
    minStep: typeof spec.minStep === "number" ? spec.minStep : undefined,
    maxStep: typeof spec.maxStep === "number" ? spec.maxStep : undefined,
  };
}

function clampSamples(samples: number | null | undefined): number {
  const wanted = typeof samples === "number" ? samples : DEFAULT_SAMPLES;
  return Math.min(Math.max(Math.trunc(wanted), 0), MAX_SAMPLES);
}

/** Some of a list, evenly spaced, the first and the last among them. */
function pick<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  if (count === 1) return [list[0]!];
  return Array.from(
    { length: count },
    (_, i) => list[Math.round(i * (list.length - 1) / (count - 1))]!,
  );
}
