import type { NamedValues, WatchedValues } from "./protocol.ts";

/** A tensor of tfjs, or of what is like it. */
interface TensorLike {
  dataSync(): ArrayLike<number>;
  readonly size?: number;
  reshape?(shape: number[]): TensorLike;
  slice?(begin: number[], size: number[]): TensorLike;
  dispose?(): void;
}

/** An array of jax-js: reading it uses it up, unless another reference is taken. */
interface CountedArray extends TensorLike {
  readonly refCount: number;
  readonly ref: CountedArray;
}

/** Numbers read at once from where a tensor is: 4 MB of them. */
const CHUNK = 1_048_576;
/** Numbers of nested arrays that are looked at together. */
const PACKED = 65_536;
const MAX_DEPTH = 16;

/**
 * The values of an array, a tensor or nested arrays, without a copy where there need not be one.
 * Large tensors are read piece by piece, and each piece is released.
 *
 * @throws {TypeError} When it holds no numbers.
 */
export function readValues(value: unknown): WatchedValues {
  if (typeof value === "number") return [value];
  if (typeof value === "object" && value !== null) {
    if (isTensor(value)) return readTensor(value);
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      return value as unknown as ArrayLike<number>;
    }
    if (Array.isArray(value)) return Array.isArray(value[0]) ? rowsOf(value) : value;
  }
  throw new TypeError(`it holds no numbers, but is ${value === null ? "null" : typeof value}`);
}

/**
 * Whether a value holds numbers: an array of them, or a tensor. Anything else is a tree of such
 * values, by name.
 */
function holdsValues(value: unknown): boolean {
  if (typeof value === "number") return true;
  if (typeof value !== "object" || value === null) return false;
  if (isTensor(value) || ArrayBuffer.isView(value)) return true;
  return Array.isArray(value) && (typeof value[0] === "number" ||
    (Array.isArray(value[0]) && holdsValues(value[0])));
}

/** The values of a tree of objects and arrays, named by the way to them: `layers.0.weight`. */
export function* treeValues(tree: unknown, name = "", depth = 0): NamedValues & Generator {
  if (tree === null || tree === undefined || depth > MAX_DEPTH) return;
  if (holdsValues(tree)) {
    yield [name === "" ? "values" : name, () => readValues(tree)] as const;
  } else if (typeof tree === "object") {
    const entries = tree instanceof Map ? tree : Object.entries(tree);
    for (const [key, value] of entries) {
      yield* treeValues(value, name === "" ? String(key) : `${name}.${key}`, depth + 1);
    }
  }
}

function isTensor(value: object): value is TensorLike {
  return "dataSync" in value && typeof value.dataSync === "function";
}

function readTensor(tensor: TensorLike): WatchedValues {
  if (isCounted(tensor)) return tensor.ref.dataSync();
  const { size = 0 } = tensor;
  if (size <= CHUNK || tensor.reshape === undefined) return tensor.dataSync();
  return { [Symbol.iterator]: () => chunksOf(tensor, size) };
}

function* chunksOf(tensor: TensorLike, size: number): Generator<ArrayLike<number>> {
  const flat = tensor.reshape!([-1]);
  try {
    for (let at = 0; at < size; at += CHUNK) {
      const part = flat.slice!([at], [Math.min(CHUNK, size - at)]);
      try {
        yield part.dataSync();
      } finally {
        part.dispose?.();
      }
    }
  } finally {
    flat.dispose?.();
  }
}

function isCounted(tensor: TensorLike): tensor is CountedArray {
  return "refCount" in tensor && typeof tensor.refCount === "number" && "ref" in tensor;
}

/** Nested arrays as chunks, in a buffer that is used again for each. */
function rowsOf(nested: readonly unknown[]): Iterable<ArrayLike<number>> {
  return {
    *[Symbol.iterator]() {
      const buffer = new Float64Array(PACKED);
      let used = 0;
      for (const value of numbersOf(nested)) {
        buffer[used++] = value;
        if (used < PACKED) continue;
        yield buffer;
        used = 0;
      }
      if (used > 0) yield buffer.subarray(0, used);
    },
  };
}

function* numbersOf(nested: readonly unknown[]): Generator<number> {
  for (const value of nested) {
    if (Array.isArray(value)) yield* numbersOf(value);
    else yield value as number;
  }
}
