import { mediaWords } from "../../charts/media_words.ts";
import { isObject, parseObject } from "../../record/json_object.ts";
import type { SeriesInfo, Store, StoredRun } from "../../server/store/store.ts";
import { valueOf } from "../sections/runs_table.ts";
import type { MediaSteps } from "../views.ts";
import { type MediaValue, mediaValues } from "./media_values.ts";

/** Keys whose steps are read, and values of one of them. */
const MAX_KEYS = 60;
const MAX_VALUES = 10_000;

/** The media of a run at a step, and the steps that have some. */
export interface MediaAtStep {
  readonly values: ReadonlyMap<string, MediaValue | string>;
  /** Null where there is no choice. */
  readonly steps: MediaSteps | null;
}

/**
 * The media and texts of a run as they were at a step: of each key the last that had been logged.
 *
 * @param wanted The step; null for what was logged last.
 */
export async function mediaAtStep(
  store: Store,
  run: StoredRun,
  wanted: number | null,
): Promise<MediaAtStep> {
  const values = new Map(mediaValues(parseObject(run.summary) ?? {}));
  const series = await readSeries(store, run, values);
  const all = [...new Set(series.flatMap(({ x }) => [...x]))].sort((a, b) => a - b);
  const first = all[0];
  const last = all.at(-1);
  if (first === undefined || last === undefined || first === last) return { values, steps: null };
  if (wanted === null || wanted >= last) {
    return { values, steps: stepsOf(all, all.length - 1) };
  }
  const at = Math.max(0, all.findLastIndex((step) => step <= wanted));
  return { values: await valuesAt(store, run, series, all[at]!), steps: stepsOf(all, at) };
}

/** Where the values of a key are: steps and the lines that hold them. */
interface KeySeries {
  readonly key: string;
  readonly x: Float64Array;
  readonly lines: Float64Array;
}

async function readSeries(
  store: Store,
  run: StoredRun,
  values: ReadonlyMap<string, unknown>,
): Promise<KeySeries[]> {
  if (values.size === 0) return [];
  const infos = (await store.series.list(run.key, "history")).filter((info) =>
    values.has(info.key) && info.count <= MAX_VALUES && isMedium(info)
  );
  return await Promise.all(
    infos.slice(0, MAX_KEYS).map(async ({ key, series }) => {
      const { x, lines } = await store.series.points(series);
      return { key, x, lines };
    }),
  );
}

function isMedium({ kind }: SeriesInfo): boolean {
  return kind === "string" || mediaWords({ _type: kind }) !== undefined;
}

async function valuesAt(
  store: Store,
  run: StoredRun,
  series: readonly KeySeries[],
  step: number,
): Promise<Map<string, MediaValue | string>> {
  const rows = new Map<number, Promise<Record<string, unknown>>>();
  const rowAt = (line: number) => {
    const known = rows.get(line) ?? store.lines.read(run.key, "history", { from: line, limit: 1 })
      .then(([found]) => found?.number === line ? parseObject(found.text) ?? {} : {});
    rows.set(line, known);
    return known;
  };
  const values = new Map<string, MediaValue | string>();
  for (const { key, x, lines } of series) {
    const last = x.findLastIndex((value) => value <= step);
    if (last < 0) continue;
    const value = valueOf(await rowAt(lines[last]!), key);
    if (typeof value === "string" || isObject(value)) values.set(key, value);
  }
  return values;
}

function stepsOf(all: readonly number[], at: number): MediaSteps {
  return {
    current: all[at]!,
    first: all[0]!,
    last: all.at(-1)!,
    earlier: all[at - 1] ?? null,
    later: all[at + 1] ?? null,
    apart: all.slice(1).reduce((apart, step, i) => divisor(apart, step - all[i]!), 0),
  };
}

/** The greatest number of which both are multiples: a slider moves by it. */
function divisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
