/** A value that cannot be recorded; the message says why. */
export class UnrecordableValue extends Error {
  override name = "UnrecordableValue";
}

/** Anything with values on a device that can be read at once: tensors of tfjs and its like. */
interface TensorLike {
  dataSync(): ArrayLike<number>;
  readonly shape?: readonly number[];
}

/** Called for each scalar inside a value, with its dotted path below the value. */
export type LeafVisitor = (path: string, value: unknown) => void;

/** Arrays of more elements are recorded as a histogram, as W&B does it. */
const MAX_LIST = 32;
const HISTOGRAM_BINS = 32;
const MAX_DEPTH = 32;

/**
 * A value of a row as JSON text.
 *
 * NaN and the infinities become the strings `"NaN"`, `"Infinity"` and `"-Infinity"`, since JSON has
 * no words for them; dates become ISO 8601 text; typed arrays and tensors become a number, a list,
 * or above 32 elements a histogram; bigint keeps all its digits.
 *
 * @throws {UnrecordableValue} For functions, symbols, circular objects, disposed tensors and the like.
 */
export function encodeValue(value: unknown, visit?: LeafVisitor): string {
  return encode(value, "", [], visit);
}

/** A number as JSON text. */
export function encodeNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function encode(value: unknown, path: string, parents: object[], visit?: LeafVisitor): string {
  switch (typeof value) {
    case "number":
      visit?.(path, value);
      return encodeNumber(value);
    case "string":
      visit?.(path, value);
      return JSON.stringify(value);
    case "boolean":
      visit?.(path, value);
      return value ? "true" : "false";
    case "bigint":
      visit?.(path, value);
      return value.toString();
    case "undefined":
      return "null";
    case "function":
      throw new UnrecordableValue("it is a function");
    case "symbol":
      throw new UnrecordableValue("it is a symbol");
    default:
      if (value === null) {
        visit?.(path, null);
        return "null";
      }
      return encodeObject(value as object, path, parents, visit);
  }
}

function encodeObject(value: object, path: string, parents: object[], visit?: LeafVisitor): string {
  if (parents.includes(value)) throw new UnrecordableValue("it contains itself");
  if (parents.length >= MAX_DEPTH) {
    throw new UnrecordableValue(`it is nested deeper than ${MAX_DEPTH} levels`);
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new UnrecordableValue("it is an invalid date");
    return encode(value.toISOString(), path, parents, visit);
  }
  if (ArrayBuffer.isView(value)) {
    if (value instanceof DataView) throw new UnrecordableValue("it is a DataView");
    return encodeNumbers(value as unknown as ArrayLike<number | bigint>, path, visit);
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    throw new UnrecordableValue("it is raw memory; log a typed array over it");
  }
  if (isTensorLike(value)) return encodeNumbers(readTensor(value), path, visit);
  if (value instanceof Promise) throw new UnrecordableValue("it is a promise; await it first");
  if (value instanceof Map || value instanceof Set) {
    const proposal = value instanceof Map ? "Object.fromEntries(map)" : "[...set]";
    throw new UnrecordableValue(`it is a ${value.constructor.name}; log ${proposal}`);
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return encode(value.toJSON(), path, [...parents, value], visit);
  }
  const inner = [...parents, value];
  if (Array.isArray(value)) {
    return `[${value.map((item) => encode(item, path, inner)).join(",")}]`;
  }
  const entries: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const below = path === "" ? key : `${path}.${key}`;
    entries.push(`${JSON.stringify(key)}:${encode(item, below, inner, visit)}`);
  }
  return `{${entries.join(",")}}`;
}

function isTensorLike(value: object): value is TensorLike {
  return "dataSync" in value && typeof value.dataSync === "function";
}

function readTensor(tensor: TensorLike): ArrayLike<number> {
  try {
    return tensor.dataSync();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnrecordableValue(`its tensor cannot be read: ${reason.slice(0, 200)}`);
  }
}

function encodeNumbers(
  values: ArrayLike<number | bigint>,
  path: string,
  visit?: LeafVisitor,
): string {
  if (values.length === 1) return encode(values[0], path, [], visit);
  if (values.length > MAX_LIST) return encodeHistogram(values);
  return `[${
    Array.from(values, (v) => typeof v === "number" ? encodeNumber(v) : String(v)).join(",")
  }]`;
}

function encodeHistogram(values: ArrayLike<number | bigint>): string {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const v = Number(values[i]);
    if (Number.isFinite(v)) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  }
  if (low > high) throw new UnrecordableValue("its array has no finite element");
  if (low === high) {
    low -= 0.5;
    high += 0.5;
  }
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  const scale = HISTOGRAM_BINS / (high - low);
  for (let i = 0; i < values.length; i++) {
    const v = Number(values[i]);
    if (!Number.isFinite(v)) continue;
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor((v - low) * scale));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const edges = Array.from(
    { length: HISTOGRAM_BINS + 1 },
    (_, i) => i === HISTOGRAM_BINS ? high : low + (high - low) * i / HISTOGRAM_BINS,
  );
  return `{"_type":"histogram","values":[${counts.join(",")}],"bins":[${edges.join(",")}]}`;
}
