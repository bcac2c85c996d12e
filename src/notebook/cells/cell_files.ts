import { ensureDirSync } from "@std/fs";
import { ConsoleWriter } from "../../record/console_lines.ts";
import { describeFile } from "../../record/describe_file.ts";
import { FileListWriter, type FilePolicy } from "../../record/file_list.ts";
import { cutTornLine } from "../../record/heal.ts";
import { join, RUN_FILES } from "../../record/layout.ts";
import { LineWriter } from "../../record/line_writer.ts";
import { readSession } from "./cell_file.ts";
import type { CellLine } from "./cell_lines.ts";
import { NotebookCopy } from "./notebook_copy.ts";
import { SessionWriter } from "./session_writer.ts";

/** The notebook of the executed cells, below `files/`, in W&B's place. */
const SESSION_NOTEBOOK = "code/_session_history.ipynb";

/** How the cells of a run are written down. */
export interface CellFilesOptions {
  /** What tells this start of the kernel from all others. */
  readonly session: string;
  /** Whether what cells print is written to `console.jsonl`, too. */
  readonly console: boolean;
  readonly onFault: (error: unknown) => void;
}

/**
 * What a run directory holds of the cells: their record, what they printed, the session's notebook,
 * and a copy of the notebook's own file. What fails after it was made is told, and not thrown.
 */
export class CellFiles {
  /** What the record held of this kernel already; see {@linkcode readSession}. */
  readonly history: readonly CellLine[];
  readonly #directory: string;
  readonly #onFault: (error: unknown) => void;
  readonly #lines: LineWriter;
  readonly #console: ConsoleWriter | undefined;
  readonly #session: SessionWriter;
  readonly #list: FileListWriter;
  #copy: { readonly file: NotebookCopy; readonly path: string } | undefined;

  /**
   * Goes on with the files of a run directory.
   *
   * @throws What the file system throws when they cannot be opened.
   */
  constructor(directory: string, { session, console, onFault }: CellFilesOptions) {
    this.#directory = directory;
    this.#onFault = onFault;
    const record = join(directory, RUN_FILES.cells);
    cutTornLine(record);
    this.history = readSession(record, session);
    this.#lines = new LineWriter(record, { onFault });
    this.#console = console
      ? new ConsoleWriter(join(directory, RUN_FILES.console), { onFault })
      : undefined;
    ensureDirSync(join(directory, RUN_FILES.files, "code"));
    this.#list = new FileListWriter(directory);
    this.#session = new SessionWriter({
      record,
      path: join(directory, RUN_FILES.files, SESSION_NOTEBOOK),
      resumed: Deno.statSync(record).size > 0,
    });
    this.#add(SESSION_NOTEBOOK, "end");
  }

  /** Appends a line to the record. */
  take(line: CellLine): void {
    this.#lines.append(JSON.stringify(line));
    this.#guard(() => this.#session.take(line));
  }

  /** Takes what was printed; the time is in milliseconds since 1970. */
  print(stream: "stdout" | "stderr", text: string, time: number): void {
    this.#console?.push(stream, text, time / 1000);
  }

  /** Says where the notebook's own file is; it is copied from now on. */
  follow(notebook: string): void {
    const name = notebook.slice(
      Math.max(notebook.lastIndexOf("/"), notebook.lastIndexOf("\\")) + 1,
    );
    const path = `code/${name}`;
    const file = new NotebookCopy(notebook, join(this.#directory, RUN_FILES.files, path));
    this.#copy = { file, path };
    this.copyNotebook();
  }

  /** Copies the notebook's own file when it has changed. */
  copyNotebook(): void {
    this.#guard(() => {
      if (this.#copy?.file.update()) this.#add(this.#copy.path, "end");
    });
  }

  /** Makes the session's notebook whole. */
  complete(): void {
    this.#guard(() => {
      this.#lines.flush();
      this.#session.complete();
      this.#add(SESSION_NOTEBOOK, "now");
    });
  }

  /** Writes what waits, and closes the files. */
  close(): void {
    this.#session.close();
    this.#console?.close();
    this.#list.close();
    this.#lines.close();
  }

  /** Says that a file may be uploaded. */
  #add(path: string, policy: FilePolicy): void {
    this.#list.add({ ...describeFile(this.#directory, path), policy });
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onFault(error);
    }
  }
}
