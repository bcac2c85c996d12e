import { mediaWords } from "../../charts/media_words.ts";
import { isObject } from "../../record/json_object.ts";
import { textOf } from "./text_of.ts";

/** A medium as a client has recorded it; none of it can be relied on. */
export type MediaValue = Readonly<Record<string, unknown>>;

const DEEPEST = 4;
/** Shorter texts are read among the other values. */
const SHORT = 120;
const MAX_BINS = 1_000;

/** The media and the long texts among nested values, their names joined with dots. */
export function* mediaValues(
  values: MediaValue,
  prefix = "",
  depth = 0,
): Generator<[string, MediaValue | string]> {
  for (const [name, value] of Object.entries(values)) {
    const key = prefix + name;
    if (depth === 0 && name.startsWith("_")) continue;
    if (typeof value === "string") {
      if (value.length > SHORT || value.includes("\n")) yield [key, value];
    } else if (isObject(value)) {
      if (mediaWords(value) !== undefined) yield [key, value];
      else if (depth < DEEPEST) yield* mediaValues(value, `${key}.`, depth + 1);
    }
  }
}

/** The files that a medium is in, each with what was written below it. */
export function filesOf(value: MediaValue): { path: string; caption: string }[] {
  const { path, filenames, captions } = value;
  if (typeof path === "string") return [{ path, caption: textOf(value.caption) }];
  if (Array.isArray(filenames)) {
    const texts: unknown[] = Array.isArray(captions) ? captions : [];
    return filenames.flatMap((path: unknown, i) =>
      typeof path === "string" ? [{ path, caption: textOf(texts[i]) }] : []
    );
  }
  // Sounds and videos stand in a list that is named after them.
  const list = Object.values(value).find((entry): entry is MediaValue[] =>
    Array.isArray(entry) && entry.every(isObject)
  );
  return (list ?? []).flatMap(({ path, caption }) =>
    typeof path === "string" ? [{ path, caption: textOf(caption) }] : []
  );
}

/** The bins of a histogram; null for what is none. */
export function binsOf(
  { _type: type, values, bins, packedBins }: MediaValue,
): { counts: number[]; edges: number[] } | null {
  if (type !== "histogram" || !isNumbers(values) || values.length > MAX_BINS) return null;
  const edges = isObject(packedBins) ? unpacked(packedBins, values.length) : bins;
  return isNumbers(edges) && edges.length === values.length + 1 ? { counts: values, edges } : null;
}

/** Evenly spaced edges, as W&B's server gives them back. */
function unpacked({ min, size }: MediaValue, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, i) => Number(min) + i * Number(size));
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
}
