import type { CellLine, DisplayLine, MimePart, NoteLine } from "./cell_lines.ts";

/** An output of a recorded cell, as it was in the end. */
export type RecordedOutput =
  | {
    readonly kind: "stream";
    readonly name: "stdout" | "stderr";
    readonly text: string;
    /** Lines before the text that were not kept. */
    readonly skipped: number;
    readonly late: boolean;
  }
  | {
    readonly kind: "display" | "result";
    readonly parts: readonly MimePart[];
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly late: boolean;
  }
  /** An output of the tracker itself. */
  | { readonly kind: "note" };

/** What a cell threw. */
export interface RecordedError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** A cell that was executed. */
export interface RecordedCell {
  /** Which kernel executed it, from 0: a restarted kernel counts its executions anew. */
  readonly kernel: number;
  /** Its execution number; undefined for one that ran before the recording when it is not known. */
  readonly execution: number | undefined;
  readonly source: string;
  /** SHA-256 of the whole source, in hexadecimal. */
  readonly hash: string;
  /** Whether the source is what the kernel made of it: without types, formatted anew. */
  readonly transpiled: boolean;
  /** Milliseconds since 1970; undefined for a cell that ran before the recording. */
  readonly start: number | undefined;
  /** When the recording learned of it. */
  readonly seen: number | undefined;
  readonly end: number | undefined;
  /**
   * `unfinished` is a cell that still runs, or whose kernel died. `unknown` is one that ran before
   * the recording, or of whose end nothing was heard.
   */
  readonly status: "ok" | "error" | "unfinished" | "unknown";
  readonly error: RecordedError | undefined;
  readonly outputs: readonly RecordedOutput[];
  /** Lines printed. */
  readonly consoleLines: number;
  /** Outputs that were not kept, or not as a whole. */
  readonly unkept: number;
  /** Whether the kernel was not heard for a while: outputs may be missing, and so may its error. */
  readonly gap: boolean;
}

/** Mutable while it is put together. */
type Draft = { -readonly [K in keyof RecordedCell]: RecordedCell[K] } & {
  outputs: RecordedOutput[];
};

interface Kernel {
  readonly cells: Draft[];
  readonly byExecution: Map<number, Draft>;
  joined: number;
}

/** What is put together. */
export interface RecordedCellsOptions {
  /** Whether the outputs are kept in memory. @default {true} */
  readonly outputs?: boolean;
}

/** Puts the lines of a record together as they come. */
export class RecordedCells {
  readonly #outputs: boolean;
  readonly #kernels: Kernel[] = [];
  /** Where in its cell's list an output is, by its number in the record. */
  readonly #places = new WeakMap<Draft, Map<number, number>>();

  constructor(options: RecordedCellsOptions = {}) {
    this.#outputs = options.outputs ?? true;
  }

  /** Takes the next line; what refers to nothing, as after damage, is passed over. */
  push(line: CellLine): void {
    if (line.type === "begin" || line.type === "notebook") return;
    const kernels = this.#kernels;
    if (line.type === "kernel" || kernels.length === 0) {
      kernels.push({ cells: [], byExecution: new Map(), joined: 0 });
    }
    const index = kernels.length - 1;
    const kernel = kernels[index]!;
    switch (line.type) {
      case "kernel":
        break;
      case "joined":
        kernel.joined = line.execution;
        break;
      case "backfill":
        kernel.cells.push({ ...draft(index, line), status: "unknown" });
        break;
      case "start": {
        const { execution, time, seen } = line;
        const cell: Draft = { ...draft(index, line), execution, start: time, seen };
        kernel.cells.push(cell);
        kernel.byExecution.set(execution, cell);
        break;
      }
      default: {
        const cell = kernel.byExecution.get(line.execution);
        if (cell !== undefined) this.#apply(cell, line);
      }
    }
  }

  /** The cells, in the order in which they were executed; they change as lines come. */
  cells(): RecordedCell[] {
    return this.#kernels.flatMap(numbered);
  }

  #apply(cell: Draft, line: Extract<CellLine, { type: "output" | "error" | "end" }>): void {
    if (line.type === "error") {
      const { ename, evalue, traceback } = line;
      cell.error = { ename, evalue, traceback };
    } else if (line.type === "end") {
      cell.end = line.time;
      cell.status = line.status;
      cell.consoleLines = Math.max(cell.consoleLines, line.consoleLines);
      cell.unkept = line.unkept ?? 0;
      cell.gap = line.gap ?? false;
    } else if (line.kind === "stream") {
      const { name, text, skipped = 0, late = false } = line;
      const newlines = text.split("\n").length - 1;
      cell.consoleLines += newlines + skipped + (text.endsWith("\n") ? 0 : 1);
      if (this.#outputs) cell.outputs.push({ kind: "stream", name, text, skipped, late });
    } else {
      // What came before the end was counted there.
      const lateAndCut = line.kind !== "note" && line.late === true &&
        line.parts.some((part) => part.value === undefined);
      if (lateAndCut) cell.unkept++;
      if (this.#outputs) this.#show(cell, line);
    }
  }

  #show(cell: Draft, line: DisplayLine | NoteLine): void {
    let places = this.#places.get(cell);
    if (places === undefined) this.#places.set(cell, places = new Map());
    const place = places.get(line.output);
    const before = place === undefined ? undefined : cell.outputs[place]?.kind;
    const output = line.kind === "note" ? NOTE : shown(line, before === "result");
    if (place === undefined) places.set(line.output, cell.outputs.push(output) - 1);
    else cell.outputs[place] = output;
  }
}

/**
 * Puts the lines of a record together, in the order in which the cells were executed.
 *
 * @example
 * ```ts
 * foldCells([{ type: "kernel", time: 0 }]); // []
 * ```
 */
export function foldCells(
  lines: Iterable<CellLine>,
  options: RecordedCellsOptions = {},
): RecordedCell[] {
  const cells = new RecordedCells(options);
  for (const line of lines) cells.push(line);
  return cells.cells();
}

function draft(
  kernel: number,
  line: { readonly source: string; readonly hash: string; readonly transpiled?: boolean },
): Draft {
  const { source, hash, transpiled = false } = line;
  return {
    kernel,
    execution: undefined,
    source,
    hash,
    transpiled,
    start: undefined,
    seen: undefined,
    end: undefined,
    status: "unfinished",
    error: undefined,
    outputs: [],
    consoleLines: 0,
    unkept: 0,
    gap: false,
  };
}

const NOTE: RecordedOutput = { kind: "note" };

/** An update of a cell's result is still its result. */
function shown(line: DisplayLine, result: boolean): RecordedOutput {
  const { kind, parts, metadata = {}, late = false } = line;
  return { kind: result ? "result" : kind, parts, metadata, late };
}

function numbered({ cells, byExecution, joined }: Kernel): RecordedCell[] {
  const first = byExecution.get(0);
  if (first === undefined) return cells;
  // Its number is not known yet while it runs.
  first.execution = joined > 0 ? joined : undefined;
  const at = cells.indexOf(first);
  // Only when none is missing are the numbers of those before it known.
  if (at === joined - 1) cells.slice(0, at).forEach((cell, i) => cell.execution = i + 1);
  return cells;
}
