/**
 * What the pages show: plain data, read from the store before anything is drawn.
 *
 * @module
 */

import type { PictureBox } from "../charts/picture.ts";
import type { Drawing } from "../charts/types.ts";
import type { ProjectPlace, RunPlace } from "./links.ts";

/** A project in the list of projects. */
export interface ProjectItem extends ProjectPlace {
  readonly description: string;
  readonly runs: number;
  /** Runs that are running. */
  readonly running: number;
  /** Milliseconds since 1970. */
  readonly active: number;
}

/** A run in a table. */
export interface RunItem extends RunPlace {
  readonly name: string;
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Seconds. */
  readonly runtime: number;
  readonly user: string;
  readonly tags: readonly string[];
  readonly notes: string;
  readonly group: string;
  /** The values of the config, without what belongs to the protocol. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly summary: Readonly<Record<string, unknown>>;
}

/** A chart of a metric of a run. */
export interface ChartItem {
  /** The metric. */
  readonly key: string;
  /** What it shows at the end. */
  readonly last: string;
  /** What its x axis counts, as chart queries name it. */
  readonly x: string;
  /** What each x was divided by before it was drawn. */
  readonly divisor: number;
  readonly drawing: Drawing;
}

/** Charts that belong together. */
export interface ChartGroup {
  /** The part of their names before the first `/`; empty for those without a group. */
  readonly name: string;
  readonly charts: readonly ChartItem[];
}

/** A file of a run. */
export interface FileItem {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
  readonly href: string;
}

/** A line that a run printed. */
export interface LogLine {
  /** From 0. */
  readonly number: number;
  readonly text: string;
  readonly stream: "stdout" | "stderr";
}

/** The end of what a run printed. */
export interface LogTail {
  readonly lines: readonly LogLine[];
  /** Lines that it printed in all. */
  readonly total: number;
  /** The whole, where there is such a file. */
  readonly href?: string;
}

/** An output of a cell. */
export type CellOutput =
  | { readonly kind: "text"; readonly text: string; readonly stream: "stdout" | "stderr" }
  /** A picture as the source of an `<img>`: `data:image/…`. */
  | { readonly kind: "image"; readonly source: string; readonly alt: string };

/** A cell that was executed. */
export interface CellItem {
  /** Its execution number; null where it is not known. */
  readonly execution: number | null;
  readonly source: string;
  readonly status: "ok" | "error" | "unknown";
  /** Milliseconds since 1970; null where it is not known. */
  readonly started: number | null;
  /** Seconds; null where it is not known. */
  readonly took: number | null;
  /** The first and the last step that it logged, and how many rows. */
  readonly logged: { readonly from: number; readonly to: number; readonly rows: number } | null;
  readonly outputs: readonly CellOutput[];
}

/** The cells of a run's notebook, in the order of their execution. */
export interface CellList {
  readonly cells: readonly CellItem[];
  /** Cells that there are in all. */
  readonly total: number;
  /** The notebook itself. */
  readonly href: string;
}

/** Where the code of a run is from. */
export interface GitFacts {
  readonly remote: string;
  readonly commit: string;
  /** What was changed after the commit; null where nothing was. */
  readonly diff: DiffText | null;
}

/** The beginning of a diff. */
export interface DiffText {
  readonly lines: readonly string[];
  /** Bytes of the whole. */
  readonly size: number;
  /** Whether there is more of it. */
  readonly cut: boolean;
  readonly href: string;
}

/** What a run logged beside numbers: one of a drawing, a text, a table, a page and files. */
export interface MediaItem {
  readonly key: string;
  /** What it is: `2 images of 28 × 28`. */
  readonly words: string;
  readonly drawing?: Drawing;
  readonly plot?: PlotPicture;
  readonly text?: string;
  readonly table?: MediaTable;
  /** HTML, which is shown in a frame. */
  readonly page?: MediaFile;
  readonly files?: readonly MediaFile[];
  /** Of its images; absent where it is not known. */
  readonly size?: ImageSize;
  /** What the boxes and the masks of its images show. */
  readonly classes?: readonly ClassName[];
  /** Files that are not shown. */
  readonly moreFiles?: number;
}

/** Media of a run. */
export interface MediaList {
  readonly items: readonly MediaItem[];
  /** How many more there are. */
  readonly more: number;
  /** Null where all of them are from one step. */
  readonly steps: MediaSteps | null;
}

/** The steps that have media, and the one that is shown. */
export interface MediaSteps {
  readonly current: number;
  readonly first: number;
  readonly last: number;
  /** The step before; null at the first one. */
  readonly earlier: number | null;
  readonly later: number | null;
  /** All steps are multiples of this apart. */
  readonly apart: number;
}

/** A file of a medium. */
export interface MediaFile {
  readonly path: string;
  readonly caption: string;
  readonly href: string;
  /** What is drawn over it. */
  readonly marks?: ImageMarks;
  /** Of a file that is no image: what it looks like. */
  readonly drawn?: DrawnPicture;
}

/** A picture that was drawn of a file. */
export interface DrawnPicture {
  /** `data:image/png;…` */
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

/** Width and height in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** What is drawn over an image. */
export interface ImageMarks {
  /** In pixels of the image. */
  readonly boxes: readonly PictureBox[];
  /** Addresses of images whose pixels are numbers of classes. */
  readonly masks: readonly string[];
}

/** A class of boxes, or of the pixels of a mask. */
export interface ClassName {
  readonly id: number;
  readonly name: string;
}

/** A chart of Observable Plot: a picture, and the words around it. */
export interface PlotPicture {
  readonly title: string;
  readonly subtitle: string;
  readonly caption: string;
  readonly legend: readonly { readonly color: string; readonly name: string }[];
  /** Entries of the legend that are left out. */
  readonly moreLegend: number;
  readonly alt: string;
  /** `data:image/svg+xml;…`: as the source of an image, its scripts never run. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

/** The beginning of a table. */
export interface MediaTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | MediaFile)[])[];
  /** Whether its rows are turns of a conversation: who, and what was said. */
  readonly turns: boolean;
  readonly moreColumns: number;
  readonly moreRows: number;
  /** The whole. */
  readonly href: string;
}

/** A fact about a run's machine or program. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A chart of the machine, of one series or of several. */
export interface SystemChart {
  /** What it shows, with the unit. */
  readonly name: string;
  /** What it shows at the end; empty where several series say it in the legend. */
  readonly last: string;
  readonly drawing: Drawing;
}
