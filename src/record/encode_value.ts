import { reasonOf } from "../names/reason.ts";
import { binValues } from "./bin_values.ts";
import { className, isPlainObject } from "./plain_object.ts";
import { isRecordable, RECORD_LIST, type Recordable } from "./recordable.ts";

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

/**
 * Gives the JSON text of what has a form of its own in the record: a value, or a list of them.
 *
 * @param path The dotted path below the value.
 */
export type RecordableEncoder = (
  value: Recordable | readonly Recordable[],
  path: string,
) => string;

/** What is told of a value while it is encoded. */
export interface EncodeOptions {
  /** Called for each scalar inside of it. */
  readonly visit?: LeafVisitor;
  /** Encodes media and the like; without it they are refused. */
  readonly record?: RecordableEncoder;
}

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
export function encodeValue(value: unknown, options: EncodeOptions = {}): string {
  try {
    return encode(value, "", [], options);
  } catch (error) {
    if (error instanceof UnrecordableValue) throw error;
    // A getter, a proxy or a library may throw anything.
    throw new UnrecordableValue(`it cannot be read: ${reasonOf(error)}`);
  }
}

/** A number as JSON text. */
export function encodeNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function encode(
  value: unknown,
  path: string,
  parents: object[],
  options: EncodeOptions,
): string {
  const { visit } = options;
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
      return encodeObject(value as object, path, parents, options);
  }
}

function encodeObject(
  value: object,
  path: string,
  parents: object[],
  options: EncodeOptions,
): string {
  const { record } = options;
  if (parents.includes(value)) throw new UnrecordableValue("it contains itself");
  if (parents.length >= MAX_DEPTH) {
    throw new UnrecordableValue(`it is nested deeper than ${MAX_DEPTH} levels`);
  }
  if (isRecordable(value)) {
    if (record === undefined) throw new UnrecordableValue("media can only be logged");
    return record(value, path);
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new UnrecordableValue("it is an invalid date");
    return encode(value.toISOString(), path, parents, options);
  }
  if (ArrayBuffer.isView(value)) {
    if (value instanceof DataView) throw new UnrecordableValue("it is a DataView");
    return encodeNumbers(value as unknown as ArrayLike<number | bigint>, path, options);
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    throw new UnrecordableValue("it is raw memory; log a typed array over it");
  }
  if (isTensorLike(value)) return encodeNumbers(readTensor(value), path, options);
  if (value instanceof Promise) throw new UnrecordableValue("it is a promise; await it first");
  if (value instanceof Error) throw new UnrecordableValue("it is an error; log its message");
  if (value instanceof Map || value instanceof Set) {
    const proposal = value instanceof Map ? "Object.fromEntries(map)" : "[...set]";
    throw new UnrecordableValue(`it is a ${value.constructor.name}; log ${proposal}`);
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return encode(value.toJSON(), path, [...parents, value], options);
  }
  if ("_type" in value && value._type === "pending") {
    // Readers would wait for it.
    throw new UnrecordableValue('the _type "pending" stands for what is still being made');
  }
  const inner = [...parents, value];
  if (Array.isArray(value)) {
    if (record !== undefined && isMediaList(value)) return record(value, path);
    // The elements of a list are no metrics.
    const unseen = record === undefined ? {} : { record };
    return `[${Array.from(value, (item) => encode(item, path, inner, unseen)).join(",")}]`;
  }
  const properties = Object.entries(value);
  if (properties.length === 0 && !isPlainObject(value)) {
    throw new UnrecordableValue(`it is a ${className(value)} without properties of its own`);
  }
  const entries: string[] = [];
  for (const [key, item] of properties) {
    if (item === undefined) continue;
    const below = path === "" ? key : `${path}.${key}`;
    entries.push(`${JSON.stringify(key)}:${encode(item, below, inner, options)}`);
  }
  return `{${entries.join(",")}}`;
}

/** A list that the class of its elements records as one value. */
function isMediaList(list: readonly unknown[]): list is readonly Recordable[] {
  const [first] = list;
  return isRecordable(first) && RECORD_LIST in first &&
    list.every((item) => isRecordable(item) && item.constructor === first.constructor);
}

function isTensorLike(value: object): value is TensorLike {
  return "dataSync" in value && typeof value.dataSync === "function";
}

function readTensor(tensor: TensorLike): ArrayLike<number> {
  try {
    return tensor.dataSync();
  } catch (error) {
    const reason = reasonOf(error);
    throw new UnrecordableValue(`its tensor cannot be read: ${reason.slice(0, 200)}`);
  }
}

function encodeNumbers(
  values: ArrayLike<number | bigint>,
  path: string,
  options: EncodeOptions,
): string {
  if (values.length === 1) return encode(values[0], path, [], options);
  if (values.length > MAX_LIST) return encodeHistogram(values);
  return `[${
    Array.from(values, (v) => typeof v === "number" ? encodeNumber(v) : String(v)).join(",")
  }]`;
}

function encodeHistogram(values: ArrayLike<number | bigint>): string {
  const { counts, edges } = binValues(values, HISTOGRAM_BINS);
  if (counts.length === 0) throw new UnrecordableValue("its array has no finite element");
  return JSON.stringify({ _type: "histogram", values: counts, bins: edges });
}
