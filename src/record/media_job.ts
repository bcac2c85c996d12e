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

/** What the background is asked to make. */
export type MediaJob = FileJob | TableJob;

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
}
