/**
 * What the background is asked to make: files, and the value that refers to them. Jobs are plain
 * data, so that they can be sent to a worker.
 *
 * @module
 */

import type { Json } from "./lines.ts";

/** Bytes, text, or the path of a file to be copied. */
export type Content =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly text: string }
  | { readonly path: string };

/** A file as it is, recorded as `{"_type": type, "sha256", "size", "path", …fields}`. */
export interface FileJob {
  readonly kind: "file";
  /** W&B's `_type`, such as `html-file`. */
  readonly type: string;
  /** Below `files/`, such as `media/html`. */
  readonly folder: string;
  /** With its dots, such as `.html` or `.table.json`. */
  readonly extension: string;
  readonly content: Content;
  /** Further properties of the value. */
  readonly fields?: { readonly [key: string]: Json };
}

/** A column of a {@linkcode TableJob}. */
export type TableColumn =
  | {
    readonly type: "number";
    readonly numbers: Float64Array<ArrayBuffer>;
    /** 1 where there is no number; empty when there is one everywhere. */
    readonly nulls: Uint8Array<ArrayBuffer>;
  }
  | {
    /** Texts, or values as JSON. */
    readonly type: "string" | "json";
    /** All cells, one after the other. */
    readonly text: string;
    /** How long each is, in UTF-16 code units; -1 for null. */
    readonly lengths: Int32Array<ArrayBuffer>;
  };

/** A table, recorded as a file of JSON. */
export interface TableJob {
  readonly kind: "table";
  readonly names: readonly string[];
  readonly columns: readonly TableColumn[];
  /** What media cells are made of; a cell refers to one by its index. */
  readonly parts: readonly MediaJob[];
  /** Rows in `columns`. */
  readonly rows: number;
  /** Rows of the table, earlier increments included. */
  readonly allRows: number;
  /** What was odd about what was added. */
  readonly warnings: readonly string[];
  /** Which table it adds to, and how many increments there were before. */
  readonly increment?: { readonly table: string; readonly index: number };
}

/** Numbers of an image, row by row, from the top left. */
export interface Pixels {
  readonly data: PixelData;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and opacity, 3 RGB, 4 RGB and opacity. */
  readonly channels: 1 | 2 | 3 | 4;
}

/** Bytes of 0..255, or other numbers: from 0 to 1 where all of them are floats in it. */
export type PixelData =
  | Uint8Array<ArrayBuffer>
  | Uint8ClampedArray<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** An image, encoded already or not. */
export interface ImageJob {
  readonly kind: "image";
  readonly source: Content | Pixels;
  readonly caption?: string;
  /** How many images of a list belong together. */
  readonly grouping?: number;
  /** JSON of the boxes in a layer, by its name. */
  readonly boxes?: { readonly [layer: string]: string };
  /** Class numbers of pixels in a layer, by its name. */
  readonly masks?: { readonly [layer: string]: Pixels };
}

/** Samples, to be made a WAV file. */
export interface AudioJob {
  readonly kind: "audio";
  /** One array a channel; floats from -1 to 1, or 16 bit integers. */
  readonly channels: readonly (Float32Array<ArrayBuffer> | Int16Array<ArrayBuffer>)[];
  /** Samples a second. */
  readonly sampleRate: number;
  readonly caption?: string;
}

/** The frames of videos, to be made one animated GIF. */
export interface FramesJob {
  readonly kind: "frames";
  /** Frame after frame, video after video. */
  readonly data: PixelData;
  /** Videos that are shown beside one another. */
  readonly videos: number;
  /** Frames of each. */
  readonly frames: number;
  /** Of a frame, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: Pixels["channels"];
  /** Whether all red comes before all green, or red before green in each pixel. */
  readonly channelsFirst: boolean;
  /** Frames a second. */
  readonly fps: number;
  readonly caption?: string;
}

/** A cloud of points. */
export interface PointsJob {
  readonly kind: "points";
  /** Point after point. */
  readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  /** 3: x, y, z; 4: and a category; 6: and red, green, blue. */
  readonly columns: 3 | 4 | 6;
  readonly caption?: string;
}

/** Several media of one kind as one value. */
export interface ListJob {
  readonly kind: "list";
  /** W&B's `_type`. */
  readonly type: "images/separated" | "audio" | "videos" | "html" | "object3D";
  readonly items: readonly MediaJob[];
  /** How many more there were than are kept. */
  readonly leftOut?: number;
  /** What was odd about them. */
  readonly warnings?: readonly string[];
  /** Further properties of the value; an array has an element for each item. */
  readonly fields?: { readonly [key: string]: Json };
}

/** A chart of Observable Plot, to be drawn and recorded as a file of HTML. */
export interface PlotJob {
  readonly kind: "plot";
  /** Options of `Plot.plot` whose marks are data. */
  readonly spec: unknown;
}

/** What the background is asked to make. */
export type MediaJob =
  | FileJob
  | TableJob
  | ImageJob
  | AudioJob
  | FramesJob
  | PointsJob
  | ListJob
  | PlotJob;

/** A job, and where its value belongs. */
export interface MediaRequest {
  readonly id: string;
  /** The last part of the metric's name: files are called after it. */
  readonly key: string;
  readonly step: number | "summary";
  readonly job: MediaJob;
}

/** What the background made of a job: the value that is recorded, or why there is none. */
export interface MediaAnswer {
  readonly id: string;
  /** Null when it could not be made. */
  readonly value: Json;
  readonly error?: string;
  /** What was odd about it, although it was made. */
  readonly warnings?: readonly string[];
  /** Memory of the job that is not needed any more. */
  readonly spare?: readonly ArrayBuffer[];
}
