import { ensureDirSync } from "@std/fs";
import { ConsoleWriter } from "../../record/console_lines.ts";
import { describeFile } from "../../record/describe_file.ts";
import { FileListWriter, type FilePolicy } from "../../record/file_list.ts";
import { cutTornLine } from "../../record/heal.ts";
import { join, RUN_FILES } from "../../record/layout.ts";
import { LineWriter } from "../../record/line_writer.ts";
import type { CellServiceOptions, ServiceRequest } from "../../worker/messages.ts";
import type { RunService, ServiceContext } from "../../worker/services.ts";
import { readSession } from "./cell_file.ts";
import type { CellLine } from "./cell_lines.ts";
import { ExecutionFeed } from "./execution_feed.ts";
import { findNotebook } from "./find_notebook.ts";
import { type CellSink, KernelCells } from "./kernel_cells.ts";
import { NotebookCopy } from "./notebook_copy.ts";
import { exactSources, readNotebookSources } from "./notebook_file.ts";
import { SessionWriter } from "./session_writer.ts";

/** The notebook of the executed cells, below `files/`, in W&B's place. */
export const SESSION_NOTEBOOK = "code/_session_history.ipynb";

/** How often the notebook's file is looked at. */
const COPY_EVERY_MS = 10_000;

/** How long the end of a run waits for what was executed before its beginning. */
const PATIENCE_MS = 1_500;
const HEARD_MS = 20;

/** One for the process: its kernel is listened to once. */
let kernelCells: KernelCells | undefined;

/** Records the cells of this process's kernel for a run. */
export function startCells(options: CellServiceOptions, context: ServiceContext): RunService {
  const { session, cwd, before, early, shared } = options;
  const notebook = findNotebook(cwd).catch(() => undefined);
  kernelCells ??= new KernelCells({
    session,
    cwd,
    before,
    early,
    feed: new ExecutionFeed(shared),
    async exact(cells) {
      const path = await notebook;
      const sources = path === undefined ? undefined : await readNotebookSources(path);
      return sources === undefined ? cells : exactSources(cells, sources);
    },
  });
  return new CellService(kernelCells, { ...options, notebook }, context);
}

interface CellOptions extends CellServiceOptions {
  readonly notebook: Promise<string | undefined>;
}

class CellService implements RunService, CellSink {
  readonly #kernel: KernelCells;
  readonly #context: ServiceContext;
  readonly #lines: LineWriter;
  readonly #console: ConsoleWriter | undefined;
  readonly #session: SessionWriter;
  readonly #notebook: Promise<string | undefined>;
  readonly #files: FileListWriter;
  #copy: { readonly file: NotebookCopy; readonly path: string } | undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Lines of this run's own that wait for the line of the kernel. */
  #notes: CellLine[] | undefined = [];
  /** The cell that runs. */
  #running: number | undefined;
  /** The cell in which the run was finished: the record ends with it. */
  #last: number | undefined;
  #closed = false;

  constructor(kernel: KernelCells, options: CellOptions, context: ServiceContext) {
    this.#kernel = kernel;
    this.#context = context;
    const record = this.#path(RUN_FILES.cells);
    cutTornLine(record);
    const history = readSession(record, options.session);
    this.#lines = new LineWriter(record, { onFault: (error) => this.#fail(error) });
    if (options.console) {
      this.#console = new ConsoleWriter(this.#path(RUN_FILES.console), {
        onFault: (error) => this.#fail(error),
      });
    }
    ensureDirSync(this.#path(RUN_FILES.files, "code"));
    this.#files = new FileListWriter(context.directory);
    this.#session = new SessionWriter({
      record,
      path: this.#path(RUN_FILES.files, SESSION_NOTEBOOK),
      resumed: Deno.statSync(record).size > 0,
    });
    if (history.length > 0) this.#notes = undefined;
    for (const line of history) this.#follow(line);
    if (!history.some((line) => line.type === "begin" && line.run === options.run)) {
      this.#note({ type: "begin", run: options.run, time: Date.now() });
    }
    kernel.attach(this, history);
    this.#notebook = options.notebook;
    this.#list(SESSION_NOTEBOOK, "end");
    void this.#notebook.then((path) => this.#found(path));
    this.#timer = setInterval(() => this.#copyNotebook(), COPY_EVERY_MS);
  }

  receive(request: ServiceRequest): void {
    if (request.service === "cells") this.#kernel.takeEarly(request.messages);
  }

  async settled(): Promise<void> {
    // A run can be drawn, or be over, before this thread has heard of its cells.
    await within(Promise.all([this.#kernel.begun, this.#notebook]), PATIENCE_MS);
    // What the kernel has sent is heard within this time, such as that a cell has begun.
    await new Promise((resolve) => setTimeout(resolve, HEARD_MS));
    this.#kernel.flush();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.settled();
    this.#copyNotebook();
    this.#complete();
    // The cell that finishes the run has not ended: what it does until then belongs to it.
    this.#last = this.#running;
    if (this.#last === undefined) this.#end();
  }

  take(line: CellLine): void {
    const finishing = this.#last !== undefined;
    if (finishing && !("execution" in line && line.execution === this.#last)) {
      if (line.type === "start") this.#end();
      return;
    }
    this.#lines.append(JSON.stringify(line));
    this.#follow(line);
    if (line.type === "kernel") this.#writeNotes();
    try {
      this.#session.take(line);
    } catch (error) {
      this.#fail(error);
    }
    if (line.type !== "end") return;
    if (finishing) this.#end();
    else this.#context.ask({ service: "system", kind: "sample" });
  }

  print(stream: "stdout" | "stderr", text: string, time: number): void {
    this.#console?.push(stream, text, time / 1000);
  }

  probe(displayId: string): void {
    this.#context.report({ service: "cells", kind: "probe", displayId });
  }

  warn(message: string): void {
    this.#context.warn(message);
  }

  proven(displayId: string): void {
    this.#context.report({ service: "cells", kind: "proven", displayId });
  }

  /** Adds a line of this run's own; the line of the kernel comes first. */
  #note(line: CellLine): void {
    if (this.#notes === undefined) this.take(line);
    else this.#notes.push(line);
  }

  #writeNotes(): void {
    const notes = this.#notes ?? [];
    this.#notes = undefined;
    for (const note of notes) this.take(note);
  }

  #follow(line: CellLine): void {
    if (line.type === "start") this.#running = line.execution;
    else if (line.type === "end" && line.execution === this.#running) this.#running = undefined;
  }

  #found(path: string | undefined): void {
    if (path === undefined || this.#closed) return;
    this.#note({ type: "notebook", path });
    const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
    const copy = `code/${name}`;
    const file = new NotebookCopy(path, this.#path(RUN_FILES.files, copy));
    this.#copy = { file, path: copy };
    this.#copyNotebook();
  }

  #copyNotebook(): void {
    try {
      if (this.#copy?.file.update()) this.#list(this.#copy.path, "end");
    } catch (error) {
      this.#fail(error);
    }
  }

  #complete(): void {
    try {
      this.#lines.flush();
      this.#session.complete();
      this.#list(SESSION_NOTEBOOK, "now");
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Says that a file may be uploaded. */
  #list(path: string, policy: FilePolicy): void {
    this.#files.add({ ...describeFile(this.#context.directory, path), policy });
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#kernel.detach(this);
    this.#complete();
    this.#session.close();
    this.#console?.close();
    this.#files.close();
    this.#lines.close();
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#context.warn(`Cells are not recorded as they should: ${reason}`);
  }

  #path(...parts: string[]): string {
    return join(this.#context.directory, ...parts);
  }
}

async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, over]);
  clearTimeout(timer);
}
