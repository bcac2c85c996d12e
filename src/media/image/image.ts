import { UnrecordableValue } from "../../record/encode_value.ts";
import type { Json } from "../../record/lines.ts";
import type { Content, ImageJob, Pixels } from "../../record/media_job.ts";
import { RECORD, RECORD_LIST, type RecordContext } from "../../record/recordable.ts";
import { captionOf, captionsOf, captionText } from "../content.ts";
import { listParts } from "../list_parts.ts";
import { JUPYTER_DISPLAY, show } from "../show.ts";
import {
  boxesJson,
  boxLabels,
  type BoxLayer,
  copyMask,
  maskLabels,
  type MaskLayer,
} from "./annotations.ts";
import { type ImageSource, readSource } from "./source.ts";
import type { Shape } from "./pixels.ts";

/** Options of {@linkcode Image}. */
export interface ImageOptions {
  /** Shown below it. */
  readonly caption?: string;
  /**
   * Height, width and channels of an array of pixels: `[28, 28]`, or `[224, 224, 3]`.
   *
   * @default {the tensor's own}
   */
  readonly shape?: Shape;
  /** Boxes around things, by the name of their layer: `prediction`, `truth`. */
  readonly boxes?: { readonly [layer: string]: BoxLayer };
  /** Classes of pixels, by the name of their layer. */
  readonly masks?: { readonly [layer: string]: MaskLayer };
  /**
   * Whether the memory of an array goes over to the recorder, as in `postMessage`: nothing is copied,
   * and the array is empty once it was logged. Arrays that are a part of a larger buffer are copied.
   *
   * @default {false}
   */
  readonly transfer?: boolean;
  /** How many images of a list belong together, as rows of W&B's pages; that of the first counts. */
  readonly grouping?: number;
}

/** W&B shows this many images of a list. */
const MAX_LIST = 108;

/**
 * An image: bytes of a PNG, JPEG, WebP, GIF or SVG, the path of such a file, a canvas, or pixels as
 * an array or a tensor. Pixels are encoded in the background.
 *
 * Pixels are bytes of 0 to 255; an array of floats that are all from 0 to 1 is taken to go from black
 * to white. They are read when the image is logged. Nothing here throws: what is no image is not
 * recorded, with a warning that says why.
 *
 * @example
 * ```ts
 * import { Image, init } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * const digit = new Float32Array(28 * 28).fill(0.5);
 * run.log({
 *   digit: new Image(digit, { shape: [28, 28], caption: "a grey one" }),
 *   scene: new Image("scene.jpg", {
 *     boxes: {
 *       prediction: {
 *         boxes: [{ position: { minX: 0.1, maxX: 0.4, minY: 0.2, maxY: 0.6 }, classId: 1 }],
 *         labels: { 1: "car" },
 *       },
 *     },
 *   }),
 * });
 * await run.finish();
 * ```
 */
export class Image {
  /** Shown below it. */
  readonly caption: string | undefined;
  readonly #source: ImageSource;
  readonly #options: ImageOptions;

  /**
   * Makes an image; it is read when it is logged.
   *
   * @param source What it is made of.
   */
  constructor(source: ImageSource, options?: ImageOptions) {
    this.#source = source;
    this.#options = options ?? {};
    this.caption = captionText(this.#options.caption);
  }

  /** @internal */
  [RECORD](context: RecordContext): Json {
    const { job, transfer } = this.#job(context);
    return context.later(job, transfer);
  }

  /** @internal */
  [RECORD_LIST](context: RecordContext, list: readonly Image[]): Json {
    const shown = list.slice(0, MAX_LIST);
    const { items, parts, left } = listParts(shown, (image) => image.#job(context));
    const grouping = parts[0]?.job.grouping;
    const fields = {
      ...captionsOf(items),
      ...(grouping === undefined ? {} : { grouping }),
    };
    return context.later({
      kind: "list",
      type: "images/separated",
      items: parts.map(({ job }) => job),
      leftOut: list.length - shown.length,
      ...left,
      fields,
    }, parts.flatMap(({ transfer }) => transfer));
  }

  /** Draws it at the end of a cell. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(undefined, async () => {
      const { showImage } = await import("./show_image.ts");
      return showImage(this.#job(null).job, this.#options.boxes ?? {});
    });
  }

  /**
   * What the background is given to make the image of, and its boxes, for who shows it small.
   *
   * @internal
   */
  parts(): { readonly job: ImageJob; readonly boxes: { readonly [layer: string]: BoxLayer } } {
    return { job: this.#job(null).job, boxes: this.#options.boxes ?? {} };
  }

  #job(context: RecordContext | null): { job: ImageJob; transfer: ArrayBuffer[] } {
    const { shape, boxes = {}, masks = {}, grouping } = this.#options;
    // What is only shown is still to be logged.
    const transfer = context !== null && this.#options.transfer;
    if (grouping !== undefined && !(Number.isSafeInteger(grouping) && grouping > 0)) {
      throw new UnrecordableValue(`a grouping is a whole number from 1, not ${grouping}`);
    }
    const source = readSource(this.#source, { shape, transfer });
    const memory = memoryOf(source);
    const job: ImageJob = {
      kind: "image",
      source,
      ...captionOf(this.caption),
      ...(grouping === undefined ? {} : { grouping }),
    };
    const say = (group: "bounding_box" | "mask", layer: string, labels: Record<string, string>) =>
      context?.line({
        type: "labels",
        group: `${group}/class_labels`,
        key: `${context.fileKey}_wandb_delimeter_${layer}`,
        labels,
      });
    const boxEntries = Object.entries(boxes).map(([layer, of]): [string, string] => {
      const json = boxesJson(of);
      say("bounding_box", layer, boxLabels(of));
      return [layer, json];
    });
    const imageShape = "data" in source ? [source.height, source.width] : undefined;
    const maskEntries = Object.entries(masks).map(([layer, of]): [string, Pixels] => {
      const pixels = copyMask(of, imageShape);
      say("mask", layer, maskLabels(of.labels, pixels));
      memory.push(pixels.data.buffer);
      return [layer, pixels];
    });
    return {
      job: {
        ...job,
        ...(boxEntries.length === 0 ? {} : { boxes: Object.fromEntries(boxEntries) }),
        ...(maskEntries.length === 0 ? {} : { masks: Object.fromEntries(maskEntries) }),
      },
      transfer: memory,
    };
  }
}

function memoryOf(source: Content | Pixels): ArrayBuffer[] {
  if ("data" in source) return [source.data.buffer];
  return "bytes" in source ? [source.bytes.buffer] : [];
}
