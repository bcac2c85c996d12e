import type { RecordedCell, RecordedError, RecordedOutput } from "./recorded_cells.ts";

/** An output as nbformat has it. */
export type NotebookOutput = Readonly<Record<string, unknown>> & { readonly output_type: string };

/** A code cell as nbformat has it. */
export interface NotebookCell {
  readonly cell_type: "code";
  readonly id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly execution_count: number | null;
  readonly source: string;
  readonly outputs: readonly NotebookOutput[];
}

/** A notebook of version 4.5. */
export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: 5;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cells: readonly NotebookCell[];
}

/** What a session's notebook says about itself. */
export interface SessionNotebookOptions {
  /** Fields of the notebook's metadata, below `cellar`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A session's notebook without its cells. */
export function notebookFrame({ metadata }: SessionNotebookOptions = {}): Omit<Notebook, "cells"> {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "deno", display_name: "Deno", language: "typescript" },
      language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/x.typescript" },
      ...(metadata === undefined ? {} : { cellar: wellFormed(metadata) }),
    },
  };
}

/** An executed cell as a session's notebook has it, at an index. */
export function notebookCell(cell: RecordedCell, index: number): NotebookCell {
  const { kernel, execution, source, hash, transpiled, start, end, status } = cell;
  const { unkept, gap } = cell;
  const about = { kernel, hash, status, transpiled, unkept, ...(gap ? { gap } : {}) };
  return {
    cell_type: "code",
    // Execution numbers begin anew with each kernel, and may not be known.
    id: `cell-${index}`,
    metadata: {
      cellar: about,
      execution: {
        ...(start === undefined ? {} : { "iopub.execute_input": iso(start) }),
        ...(end === undefined ? {} : { "iopub.status.idle": iso(end) }),
      },
    },
    execution_count: execution ?? null,
    source: source.toWellFormed(),
    outputs: [
      ...joinStreams(cell.outputs).flatMap((output) => notebookOutputs(output, execution)),
      ...(cell.error === undefined ? [] : [errorOutput(cell.error)]),
    ],
  };
}

function notebookOutputs(
  output: RecordedOutput,
  execution: number | undefined,
): NotebookOutput[] {
  switch (output.kind) {
    case "note":
      return [];
    case "stream": {
      const { name, text, skipped } = output;
      const gap = skipped > 0 ? `… (${skipped} lines were not kept)\n` : "";
      return [{ output_type: "stream", name, text: (gap + text).toWellFormed() }];
    }
    default: {
      const { kind, parts } = output;
      const data = Object.fromEntries(
        parts.flatMap(({ mime, value }) =>
          value === undefined ? [] : [[mime.toWellFormed(), mimeValue(mime, value)]]
        ),
      );
      const lost = parts.filter(({ value }) => value === undefined);
      if (Object.keys(data).length === 0 && lost.length > 0) {
        const what = lost.map(({ mime, size }) => `${mime}, ${size} bytes`).join("; ");
        data["text/plain"] = `(not kept: ${what})`.toWellFormed();
      }
      const common = { data, metadata: wellFormed(output.metadata) };
      return kind === "result"
        ? [{ output_type: "execute_result", execution_count: execution ?? null, ...common }]
        : [{ output_type: "display_data", ...common }];
    }
  }
}

/** Pieces of a stream that follow each other are one output in a notebook. */
function joinStreams(outputs: readonly RecordedOutput[]): RecordedOutput[] {
  const joined: RecordedOutput[] = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (
      output.kind === "stream" && last?.kind === "stream" && last.name === output.name &&
      output.skipped === 0
    ) joined[joined.length - 1] = { ...last, text: last.text + output.text };
    else joined.push(output);
  }
  return joined;
}

function errorOutput({ ename, evalue, traceback }: RecordedError): NotebookOutput {
  return {
    output_type: "error",
    ename: ename.toWellFormed(),
    evalue: evalue.toWellFormed(),
    traceback: traceback.map((line) => line.toWellFormed()),
  };
}

/** nbformat takes objects for the types of JSON only. */
function mimeValue(mime: string, value: unknown): unknown {
  if (typeof value === "string" || /^application\/(.+\+)?json$/.test(mime)) {
    return wellFormed(value);
  }
  return (JSON.stringify(value) ?? "").toWellFormed();
}

/** The same value with no half of a surrogate pair: no UTF-8 file could hold it. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]),
  );
}

function iso(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
