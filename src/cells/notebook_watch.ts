import { join, RUN_FILES } from "../record/layout.ts";
import { parseLine } from "../record/parse_line.ts";
import { Tail } from "../record/tail.ts";
import type { CellLine } from "../notebook/cells/cell_lines.ts";
import { RecordedCells } from "../notebook/cells/recorded_cells.ts";
import { type NotebookTruth, notebookTruth } from "../notebook/cells/truth.ts";
import { notebookNow } from "./notebook_now.ts";

/** The order of a notebook, and its sources. */
export interface WatchedNotebook {
  readonly truth: NotebookTruth;
  readonly sources: readonly string[];
}

/** Follows whether a notebook still says what was executed, while both go on. */
export class NotebookWatch {
  readonly #directory: string;
  readonly #tail: Tail;
  readonly #cells = new RecordedCells({ outputs: false });
  #path: string | null = null;
  #sources: readonly string[] = [];
  #saved = -1;
  #stale = true;
  #truth: NotebookTruth | null = null;

  constructor(directory: string) {
    this.#directory = directory;
    this.#tail = new Tail(join(directory, RUN_FILES.cells));
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#tail.offset;
  }

  /** Reads what has come since the last time. */
  read(): void {
    for (const text of this.#tail.read()) {
      const line = parseLine<CellLine>(text);
      if (line === undefined) continue;
      this.#cells.push(line);
      if (line.type === "notebook") this.#path = line.path;
      if (line.type !== "output") this.#stale = true;
    }
  }

  /** How it stands now; null when no cell is on the record. */
  look(): WatchedNotebook | null {
    const cells = this.#cells.cells();
    if (cells.length === 0) return null;
    const saved = this.#path === null ? 0 : savedAt(this.#path);
    if (this.#path !== null && saved !== this.#saved) {
      this.#sources = notebookNow(this.#directory, this.#path) ?? [];
      this.#saved = saved;
      this.#stale = true;
    }
    if (this.#stale || this.#truth === null) this.#truth = notebookTruth(cells, this.#sources);
    this.#stale = false;
    return { truth: this.#truth, sources: this.#sources };
  }

  /** Closes the file. */
  close(): void {
    this.#tail.close();
  }
}

/** Milliseconds since 1970 at which a file was changed; 0 when it is gone. */
function savedAt(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}
