import { UnrecordableValue } from "../../record/encode_value.ts";
import type { Pixels } from "../../record/media_job.ts";
import { copyPixels, type PixelArray, readTensor, type Shape, type TensorLike } from "./pixels.ts";

/** Names of classes by their number. */
export type ClassLabels = Readonly<Record<number, string>>;

/** Where a box is; fractions of the image's size, or pixels with `domain: "pixel"`. */
export type BoxPosition =
  | {
    readonly minX: number;
    readonly maxX: number;
    readonly minY: number;
    readonly maxY: number;
  }
  | {
    readonly middle: readonly [x: number, y: number];
    readonly width: number;
    readonly height: number;
  };

/** A box around something in an image. */
export interface Box {
  /** Where it is. */
  readonly position: BoxPosition;
  /**
   * What the position counts.
   *
   * @default {fractions of the image's width and height}
   */
  readonly domain?: "pixel";
  /** The number of its class. */
  readonly classId: number;
  /** Shown beside it. */
  readonly caption?: string;
  /** Numbers by name, such as a confidence. */
  readonly scores?: { readonly [name: string]: number };
}

/** A layer of boxes. */
export interface BoxLayer {
  /** The boxes. */
  readonly boxes: readonly Box[];
  /** What the class numbers mean. */
  readonly labels?: ClassLabels;
}

/** A layer that gives each pixel a class. */
export interface MaskLayer {
  /** A class number from 0 to 255 for each pixel, row by row. */
  readonly data: PixelArray | TensorLike;
  /**
   * Height and width of the mask.
   *
   * @default {the tensor's own, or the image's}
   */
  readonly shape?: Shape;
  /** What the class numbers mean. */
  readonly labels?: ClassLabels;
}

/**
 * A layer of boxes as W&B has it.
 *
 * @throws {UnrecordableValue} When a position or a class is no number.
 */
export function boxesJson({ boxes, labels }: BoxLayer): string {
  return JSON.stringify({
    box_data: boxes.map(({ position, domain, classId, caption, scores }) => {
      const numbers = Object.values(position).flat();
      if (numbers.length < 4 || !numbers.every(Number.isFinite)) {
        throw new UnrecordableValue(`a box has no place at ${JSON.stringify(position)}`);
      }
      if (!Number.isInteger(classId)) {
        throw new UnrecordableValue(`the class of a box is a whole number, not ${classId}`);
      }
      return {
        position,
        ...(domain === undefined ? {} : { domain }),
        class_id: classId,
        ...(caption === undefined ? {} : { box_caption: caption }),
        ...(scores === undefined ? {} : { scores }),
      };
    }),
    ...(labels === undefined ? {} : { class_labels: labels }),
  });
}

/** The names of the classes of boxes; those that have none are called after their number. */
export function boxLabels({ boxes, labels }: BoxLayer): { [classId: string]: string } {
  if (labels !== undefined) return { ...labels };
  const ids = [...new Set(boxes.map(({ classId }) => classId))].sort((a, b) => a - b);
  return Object.fromEntries(ids.map((id) => [id, `class_${id}`]));
}

/**
 * Copies a mask.
 *
 * @param imageShape Of the image, for a mask that does not say its own; undefined when unknown.
 * @throws {UnrecordableValue} When its size is not that of its shape, or a class is not 0 to 255.
 */
export function copyMask(mask: MaskLayer, imageShape: Shape | undefined): Pixels {
  const tensor = "dataSync" in mask.data ? mask.data : null;
  const shape = mask.shape ?? tensor?.shape ?? imageShape;
  if (shape === undefined) throw new UnrecordableValue("its mask has no shape");
  const pixels = copyPixels(
    tensor === null ? mask.data as PixelArray : readTensor(tensor),
    shape.slice(0, 2),
  );
  const wrong = pixels.data.find((id) => !(id >= 0 && id <= 255));
  if (wrong !== undefined) {
    throw new UnrecordableValue(`the classes of a mask are 0 to 255, not ${wrong}`);
  }
  return { ...pixels, data: Uint8Array.from(pixels.data) };
}

/** The names of the classes of a mask; those that have none are called after their number. */
export function maskLabels(labels: ClassLabels | undefined, mask: Pixels): {
  [classId: string]: string;
} {
  if (labels !== undefined) return { ...labels };
  const ids = [...new Set(mask.data)].sort((a, b) => a - b);
  return Object.fromEntries(ids.map((id) => [id, `class_${id}`]));
}
