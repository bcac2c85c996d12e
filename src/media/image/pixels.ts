import { UnrecordableValue } from "../../record/encode_value.ts";
import { spareMemory } from "../../record/spare_memory.ts";
import type { PixelData, Pixels } from "../../record/media_job.ts";

/** The extent of an array in each dimension, the outermost first. */
export type Shape = readonly number[];

/** A tensor of tfjs and its like: values that can be read at once, and their shape. */
export interface TensorLike {
  /** Its values, row by row. */
  dataSync(): ArrayLike<number>;
  /** Height, width and channels. */
  readonly shape: Shape;
}

/** Numbers in any array. */
export type PixelArray = ArrayLike<number>;

/** The largest width or height. */
const MAX_SIDE = 65_500;

/**
 * Copies an array of pixels, so that its owner can go on changing it.
 *
 * @param shape Height and width, and maybe channels; dimensions of one before them do not count.
 * @throws {UnrecordableValue} When the shape is not that of an image, or the array has another size.
 */
export function copyPixels(array: PixelArray, shape: Shape): Pixels {
  const { width, height, channels } = readShape(shape);
  const expected = width * height * channels;
  if (array.length !== expected) {
    throw new UnrecordableValue(
      `an image of shape [${shape}] has ${expected} values, and its data has ${array.length}`,
    );
  }
  return { data: copyOf(array), width, height, channels };
}

/** Reads a tensor; one that was disposed of throws. */
export function readTensor(tensor: TensorLike): PixelArray {
  try {
    return tensor.dataSync();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnrecordableValue(`its tensor cannot be read: ${reason.slice(0, 200)}`);
  }
}

function readShape(shape: Shape): Omit<Pixels, "data"> {
  // A batch of one is an image.
  let first = 0;
  while (shape.length - first > 2 && shape[first] === 1 && !isImage(shape.slice(first))) first++;
  const [height = 0, width = 0, channels = 1] = shape.slice(first);
  if (!isImage(shape.slice(first))) {
    const hint = shape.length === 3 && [1, 3, 4].includes(shape[0]!)
      ? ". Channels come last: transpose it"
      : "";
    throw new UnrecordableValue(
      `an image has the shape [height, width] or [height, width, 1 to 4], not [${shape}]${hint}`,
    );
  }
  if (width > MAX_SIDE || height > MAX_SIDE) {
    throw new UnrecordableValue(`an image has at most ${MAX_SIDE} pixels a side, not [${shape}]`);
  }
  return { width, height, channels: channels as Pixels["channels"] };
}

function isImage(shape: Shape): boolean {
  const [height, width, channels = 1] = shape;
  return (shape.length === 2 || shape.length === 3) && Number.isInteger(height) && height! > 0 &&
    Number.isInteger(width) && width! > 0 && [1, 2, 3, 4].includes(channels);
}

/** A copy of numbers, in memory that was used before where there is some. */
export function copyOf(array: PixelArray): PixelData {
  if (!ArrayBuffer.isView(array) || array instanceof DataView) return Float64Array.from(array);
  if (array instanceof BigInt64Array || array instanceof BigUint64Array) {
    return Float64Array.from(array as unknown as ArrayLike<bigint>, Number);
  }
  const pixels = array as PixelData;
  const Copy = pixels.constructor as new (buffer: ArrayBuffer, at: number, n: number) => PixelData;
  const copy = new Copy(spareMemory.take(pixels.byteLength), 0, pixels.length);
  copy.set(pixels);
  return copy;
}
