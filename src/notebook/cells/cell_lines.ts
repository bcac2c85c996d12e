/**
 * The lines of the record of cells. They are only ever appended; {@linkcode foldCells} reads them.
 *
 * @module
 */

/** A kernel that cells are executed on; the lines after it belong to it. */
export interface KernelLine {
  readonly type: "kernel";
  /** Milliseconds since 1970. */
  readonly time: number;
  /** What tells this start of the kernel from all others. */
  readonly session?: string;
  /** The kernel's working directory, from which its imports resolve. */
  readonly cwd?: string;
}

/** That this run begins, or goes on, in the kernel. */
export interface BeginLine {
  readonly type: "begin";
  /** How many runs began in the kernel before it. */
  readonly run: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Where the notebook's file is. */
export interface NotebookLine {
  readonly type: "notebook";
  readonly path: string;
}

/** A cell that was executed before the recording began, in the order of the lines. */
export interface BackfillLine {
  readonly type: "backfill";
  readonly source: string;
  readonly hash: string;
  /** Whether the source is what the kernel made of it: without types, formatted anew. */
  readonly transpiled: boolean;
}

/** A cell that began. */
export interface StartLine {
  readonly type: "start";
  /** Its execution number; 0 for the cell in which the recording began, see {@linkcode JoinedLine}. */
  readonly execution: number;
  readonly time: number;
  /** When the recording learned of it: until then rows may name a failed cell before it. */
  readonly seen: number;
  readonly source: string;
  /** SHA-256 of the whole source, in hexadecimal. */
  readonly hash: string;
  /** Characters of the source that were not kept. */
  readonly cut?: number;
  /** As in {@linkcode BackfillLine}. */
  readonly transpiled?: boolean;
}

/** The execution number of the cell in which the recording began, when it has become known. */
export interface JoinedLine {
  readonly type: "joined";
  readonly execution: number;
}

/** A part of a MIME bundle. */
export interface MimePart {
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
  /** What it is; missing when it was too large or of a kind that is not kept. */
  readonly value?: unknown;
}

/** What a cell printed. */
export interface StreamLine {
  readonly type: "output";
  readonly kind: "stream";
  readonly execution: number;
  readonly name: "stdout" | "stderr";
  /** Whole lines, as a terminal would show them: what a carriage return overwrote is gone. */
  readonly text: string;
  /** Lines between this text and the one before it that were not kept. */
  readonly skipped?: number;
  /** Whether it came after the cell had ended, from a timer for example. */
  readonly late?: boolean;
}

/** What a cell displayed, or its last expression. */
export interface DisplayLine {
  readonly type: "output";
  readonly kind: "display" | "result";
  readonly execution: number;
  /** Counts the displays and results of a cell, from 0; an update names it again. */
  readonly output: number;
  readonly parts: readonly MimePart[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Whether it replaces what the output showed before. */
  readonly update?: boolean;
  /** As in {@linkcode StreamLine}. */
  readonly late?: boolean;
}

/** An output of the tracker itself, which can be drawn again from the record. */
export interface NoteLine {
  readonly type: "output";
  readonly kind: "note";
  readonly execution: number;
  readonly output: number;
}

/** What a cell threw. */
export interface ErrorLine {
  readonly type: "error";
  readonly execution: number;
  readonly time: number;
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** A cell that ended. One without this line still runs, or died with its kernel. */
export interface EndLine {
  readonly type: "end";
  readonly execution: number;
  /** `unknown` where the kernel was not heard, and its hook is not there to tell. */
  readonly status: "ok" | "error" | "unknown";
  /** When it ended; with a gap perhaps only when that was noticed. */
  readonly time: number;
  /** Lines printed, those that were not kept too. */
  readonly consoleLines: number;
  /** Outputs that were not kept, or not as a whole. */
  readonly unkept?: number;
  /** Whether the kernel was not heard for a while: outputs may be missing, and so may its error. */
  readonly gap?: true;
}

/** A line of the record. */
export type CellLine =
  | KernelLine
  | BeginLine
  | NotebookLine
  | BackfillLine
  | StartLine
  | JoinedLine
  | StreamLine
  | DisplayLine
  | NoteLine
  | ErrorLine
  | EndLine;
