import { UnrecordableValue } from "../record/encode_value.ts";
import type { FramesJob, PixelData, Pixels } from "../record/media_job.ts";
import { spareMemory } from "../record/spare_memory.ts";
import { copyOf } from "./array_memory.ts";
import { type PixelArray, readTensor, type Shape, type TensorLike } from "./image/pixels.ts";
import type { ImageDataLike } from "./image/source.ts";

/** A frame of a video: pixels with a shape, a tensor, or what a canvas gives. */
export type FrameSource = PixelArray | TensorLike | ImageDataLike;

/** The frames of a video: one array or tensor of all of them, or a list. */
export type FramesSource = PixelArray | TensorLike | readonly FrameSource[];

/** Where the channels of a pixel are. */
export type ChannelOrder = "first" | "last";

/** How frames are given. */
export interface FrameLayout {
  readonly shape?: Shape | undefined;
  readonly channels?: ChannelOrder | undefined;
}

/** The frames of a job, without their speed. */
export type FrameData = Omit<FramesJob, "kind" | "fps" | "caption">;

type FrameShape = Pick<FramesJob, "width" | "height" | "channels" | "channelsFirst">;

/** The largest width or height of a GIF. */
const MAX_SIDE = 65_535;

/**
 * Copies frames, so that their owner can go on changing them.
 *
 * @throws {UnrecordableValue} When their shape is not that of frames, or does not match the data.
 */
export function copyFrames(source: FramesSource, layout: FrameLayout): FrameData {
  return isList(source) ? fromList(source, layout) : fromArray(source, layout);
}

function isList(source: FramesSource): source is readonly FrameSource[] {
  return Array.isArray(source) && typeof source[0] === "object";
}

function fromArray(source: PixelArray | TensorLike, layout: FrameLayout): FrameData {
  const tensor = "dataSync" in source ? source : null;
  const shape = layout.shape ?? tensor?.shape;
  if (shape === undefined || shape.length < 3 || shape.length > 5) {
    throw new UnrecordableValue(
      `frames have the shape [frames, height, width, channels], not [${shape ?? ""}]`,
    );
  }
  const [videos, frames] = shape.length === 5 ? [shape[0]!, shape[1]!] : [1, shape[0]!];
  const frame = frameShape(shape.slice(shape.length === 5 ? 2 : 1), layout.channels);
  const data = tensor === null ? source as PixelArray : readTensor(tensor);
  const counts = [videos, frames].every((count) => Number.isSafeInteger(count) && count > 0);
  const expected = shape.reduce((product, side) => product * side, 1);
  if (!counts || data.length !== expected) {
    throw new UnrecordableValue(
      `frames of shape [${shape}] have ${expected} values, and their data has ${data.length}`,
    );
  }
  return { data: copyOf(data), videos, frames, ...frame };
}

function fromList(list: readonly FrameSource[], layout: FrameLayout): FrameData {
  const all = list.map((frame) => readFrame(frame, layout));
  const { width, height, channels, channelsFirst } = all[0]!.shape;
  const size = width * height * channels;
  for (const [i, { data, shape }] of all.entries()) {
    if (data.length !== size || shape.width !== width || shape.height !== height) {
      throw new UnrecordableValue(
        `frames have one size, ${width} by ${height} with ${channels} channels; frame ${i} has ` +
          `${shape.width} by ${shape.height}, and ${data.length} values`,
      );
    }
  }
  const data = joined(all.map((frame) => frame.data), size);
  return { data, videos: 1, frames: all.length, width, height, channels, channelsFirst };
}

function readFrame(frame: FrameSource, { shape, channels }: FrameLayout): {
  data: PixelArray;
  shape: FrameShape;
} {
  if ("dataSync" in frame) {
    return { data: readTensor(frame), shape: frameShape(shape ?? frame.shape, channels) };
  }
  if ("data" in frame) {
    const { data, width, height } = frame;
    return { data, shape: frameShape([height, width, data.length / (width * height)], "last") };
  }
  if (shape === undefined) {
    throw new UnrecordableValue(
      "an array needs the shape of a frame: { shape: [height, width, 3] }",
    );
  }
  return { data: frame, shape: frameShape(shape, channels) };
}

/** Height, width and channels, or channels, height and width as PyTorch and W&B have it. */
function frameShape(shape: Shape, order: ChannelOrder | undefined): FrameShape {
  const flat = shape.length === 2;
  const channelsFirst = !flat && (order ?? (isChannels(shape[2]) ? "last" : "first")) === "first";
  const [channels, height, width] = flat
    ? [1, ...shape]
    : channelsFirst
    ? shape
    : [shape[2], shape[0], shape[1]];
  const sides = [height, width].every((side) =>
    Number.isSafeInteger(side) && side! > 0 && side! <= MAX_SIDE
  );
  if (!sides || !isChannels(channels) || shape.length > 3) {
    throw new UnrecordableValue(
      `a frame has the shape [height, width, 1 to 4] or [1 to 4, height, width], not [${shape}]`,
    );
  }
  return { width: width!, height: height!, channels, channelsFirst };
}

function isChannels(count: number | undefined): count is Pixels["channels"] {
  return count === 1 || count === 2 || count === 3 || count === 4;
}

function joined(frames: readonly PixelArray[], size: number): PixelData {
  const bytes = frames.every((frame) =>
    frame instanceof Uint8Array || frame instanceof Uint8ClampedArray
  );
  const length = frames.length * size;
  const memory = spareMemory.take(bytes ? length : length * Float32Array.BYTES_PER_ELEMENT);
  const all = bytes ? new Uint8Array(memory, 0, length) : new Float32Array(memory, 0, length);
  for (const [i, frame] of frames.entries()) all.set(frame, i * size);
  return all;
}
