import type { CellLine, DisplayLine, MimePart } from "./cell_lines.ts";

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
   * the recording.
   */
  readonly status: "ok" | "error" | "unfinished" | "unknown";
  readonly error: RecordedError | undefined;
  readonly outputs: readonly RecordedOutput[];
  /** Lines printed. */
  readonly consoleLines: number;
  /** Outputs that were not kept, or not as a whole. */
  readonly unkept: number;
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

/**
 * Puts the lines of a record together, in the order in which the cells were executed. Lines that
 * refer to what is not there, as after damage, are passed over.
 *
 * @example
 * ```ts
 * foldCells([{ type: "kernel", time: 0 }]); // []
 * ```
 */
export function foldCells(lines: Iterable<CellLine>): RecordedCell[] {
  const kernels: Kernel[] = [];
  const outputs = new Map<Draft, Map<number, number>>();
  for (const line of lines) {
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
        if (cell !== undefined) apply(cell, line, places(outputs, cell));
      }
    }
  }
  return kernels.flatMap(number);
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
  };
}

function apply(
  cell: Draft,
  line: Extract<CellLine, { type: "output" | "error" | "end" }>,
  at: Map<number, number>,
): void {
  if (line.type === "error") {
    const { ename, evalue, traceback } = line;
    cell.error = { ename, evalue, traceback };
  } else if (line.type === "end") {
    cell.end = line.time;
    cell.status = line.status;
    cell.consoleLines = Math.max(cell.consoleLines, line.consoleLines);
    cell.unkept = line.unkept ?? 0;
  } else if (line.kind === "stream") {
    const { name, text, skipped = 0, late = false } = line;
    cell.outputs.push({ kind: "stream", name, text, skipped, late });
    const newlines = text.split("\n").length - 1;
    cell.consoleLines += newlines + skipped + (text.endsWith("\n") ? 0 : 1);
  } else {
    const place = at.get(line.output);
    const before = place === undefined ? undefined : cell.outputs[place]?.kind;
    const output = line.kind === "note" ? NOTE : shown(line, before === "result");
    if (place === undefined) at.set(line.output, cell.outputs.push(output) - 1);
    else cell.outputs[place] = output;
  }
}

const NOTE: RecordedOutput = { kind: "note" };

/** An update of a cell's result is still its result. */
function shown(line: DisplayLine, result: boolean): RecordedOutput {
  const { kind, parts, metadata = {}, late = false } = line;
  return { kind: result ? "result" : kind, parts, metadata, late };
}

function places(of: Map<Draft, Map<number, number>>, cell: Draft): Map<number, number> {
  let found = of.get(cell);
  if (found === undefined) of.set(cell, found = new Map());
  return found;
}

function number({ cells, joined }: Kernel): RecordedCell[] {
  const at = cells.findIndex((cell) => cell.execution === 0);
  const first = cells[at];
  if (first === undefined) return cells;
  // Its number is not known yet: it runs, and none came after it.
  first.execution = joined > 0 ? joined : undefined;
  // Only when none is missing are the numbers of those before it known.
  if (at === joined - 1) cells.slice(0, at).forEach((cell, i) => cell.execution = i + 1);
  return cells;
}
