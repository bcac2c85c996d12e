import { UnrecordableValue } from "../record/encode_value.ts";
import type { PixelData } from "../record/media_job.ts";
import { spareMemory } from "../record/spare_memory.ts";

/** Numbers in any array. */
export type NumberArray = ArrayLike<number>;

type Construct = new (memory: ArrayBuffer, at: number, length: number) => PixelData;

/** A copy of numbers, in memory that was used before where there is some. */
export function copyOf(array: NumberArray): PixelData {
  if (!ArrayBuffer.isView(array) || array instanceof DataView) return Float64Array.from(array);
  if (isBig(array)) return Float64Array.from(array as unknown as ArrayLike<bigint>, Number);
  const numbers = array as PixelData;
  const copy = sameKind(numbers, spareMemory.take(numbers.byteLength), numbers.length);
  copy.set(numbers);
  return copy;
}

/**
 * The numbers of an array in its own memory, which its owner is left without. Copied are those that
 * share it (an array that is a part of a larger buffer), and those whose memory cannot be moved (that
 * of WebAssembly).
 */
export function takeOver(array: NumberArray): PixelData {
  const whole = ArrayBuffer.isView(array) && !isBig(array) &&
    array.buffer instanceof ArrayBuffer && array.byteLength === array.buffer.byteLength;
  if (!whole) return copyOf(array);
  const numbers = array as PixelData;
  const { length } = numbers;
  try {
    return sameKind(numbers, numbers.buffer.transferToFixedLength(), length);
  } catch {
    return copyOf(array);
  }
}

/**
 * Refuses an array whose memory is somebody else's now.
 *
 * @throws {UnrecordableValue}
 */
export function refuseGivenAway(array: unknown): void {
  const buffer = ArrayBuffer.isView(array) ? array.buffer : array;
  if (buffer instanceof ArrayBuffer && buffer.detached) {
    throw new UnrecordableValue("its memory was given away before");
  }
}

function isBig(array: ArrayBufferView): boolean {
  return array instanceof BigInt64Array || array instanceof BigUint64Array;
}

/** An array of the kind of another one; a `Buffer` of Node is bytes. */
function sameKind(array: PixelData, memory: ArrayBuffer, length: number): PixelData {
  const Same = array instanceof Uint8Array ? Uint8Array : array.constructor as Construct;
  return new Same(memory, 0, length);
}
