import { UnrecordableValue } from "../../record/encode_value.ts";
import type { Pixels } from "../../record/media_job.ts";
import { copyOf, type NumberArray, takeOver } from "../array_memory.ts";

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
export type PixelArray = NumberArray;

/** The largest width or height. */
const MAX_SIDE = 65_500;

/**
 * Copies an array of pixels, so that its owner can go on changing it.
 *
 * @param shape Height and width, and maybe channels; dimensions of one before them do not count.
 * @param give Whether the owner gives the array's memory away, so that it need not be copied.
 * @throws {UnrecordableValue} When the shape is not that of an image, or the array has another size.
 */
export function copyPixels(array: PixelArray, shape: Shape, give = false): Pixels {
  const { width, height, channels } = readShape(shape);
  const expected = width * height * channels;
  if (array.length !== expected) {
    throw new UnrecordableValue(
      `an image of shape [${shape}] has ${expected} values, and its data has ${array.length}`,
    );
  }
  return { data: give ? takeOver(array) : copyOf(array), width, height, channels };
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
