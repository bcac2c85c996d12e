import { reasonOf } from "../names/reason.ts";
import { CellFiles } from "../notebook/cells/cell_files.ts";
import type { CellLine } from "../notebook/cells/cell_lines.ts";
import { ExecutionFeed } from "../notebook/cells/execution_feed.ts";
import { findNotebook } from "../notebook/cells/find_notebook.ts";
import { type CellSink, KernelCells } from "../notebook/cells/kernel_cells.ts";
import { exactSources, readNotebookSources } from "../notebook/cells/notebook_file.ts";
import type { CellServiceOptions, ServiceRequest } from "./messages.ts";
import type { RunService, ServiceContext } from "./services.ts";

/** How often the notebook's file is looked at. */
const COPY_EVERY_MS = 10_000;

/** How long the end of a run waits for what was executed before its beginning. */
const PATIENCE_MS = 1_500;
const HEARD_MS = 20;

/** One for the process: its kernel is listened to once. */
let kernelCells: KernelCells | undefined;

/** Records the cells of this process's kernel for a run. */
export function startCellsService(
  options: CellServiceOptions,
  context: ServiceContext,
): RunService {
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
  readonly #options: CellOptions;
  readonly #context: ServiceContext;
  readonly #timer: ReturnType<typeof setInterval>;
  #files: CellFiles;
  /** Lines of this run's own that wait for the line of the kernel. */
  #notes: CellLine[] | undefined;
  /** Whether lines tell what happens now, and not what happened before. */
  #live = false;
  /**
   * When the run was finished, in milliseconds since 1970: the record ends with the cell that ran
   * then, of which a busy thread may hear later.
   */
  #finishedAt = Infinity;
  #closed = false;

  constructor(kernel: KernelCells, options: CellOptions, context: ServiceContext) {
    this.#kernel = kernel;
    this.#options = options;
    this.#context = context;
    this.#files = this.#open();
    this.#begin();
    this.#timer = setInterval(() => this.#files.copyNotebook(), COPY_EVERY_MS);
  }

  receive(request: ServiceRequest): void {
    if (request.service === "cells") this.#kernel.takeEarly(request.messages);
  }

  async settled(): Promise<void> {
    // A run can be drawn, or be over, before this thread has heard of its cells.
    await within(Promise.all([this.#kernel.begun, this.#options.notebook]), PATIENCE_MS);
    // What the kernel has sent is heard within this time, such as that a cell has begun.
    await new Promise((resolve) => setTimeout(resolve, HEARD_MS));
    this.#kernel.flush();
  }

  /** The kernel's listener knows all cells so far, though not what they printed and showed. */
  beginAnew(): void {
    if (this.#closed || this.#finishedAt < Infinity) return;
    this.#kernel.detach(this);
    this.#files.close();
    this.#files = this.#open();
    this.#begin();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#finishedAt = Date.now();
    await this.settled();
    if (this.#closed) return;
    this.#files.copyNotebook();
    this.#files.complete();
  }

  take(line: CellLine): void {
    if (line.type === "start" && line.time > this.#finishedAt) return this.#end();
    this.#files.take(line);
    if (line.type === "kernel") this.#writeNotes();
    if (line.type !== "end") return;
    // What a cell does after it has finished the run belongs to it, too.
    if (line.time >= this.#finishedAt) this.#end();
    else if (this.#live && this.#finishedAt === Infinity) {
      this.#context.ask({ service: "system", kind: "sample" });
    }
  }

  print(stream: "stdout" | "stderr", text: string, time: number): void {
    this.#files.print(stream, text, time);
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

  #open(): CellFiles {
    const { session, console } = this.#options;
    const onFault = (error: unknown) => this.#fail(error);
    return new CellFiles(this.#context.directory, { session, console, onFault });
  }

  /** Writes what is known by now and not in the files, and what comes. */
  #begin(): void {
    const { run, notebook } = this.#options;
    const files = this.#files;
    const { history } = files;
    this.#notes = history.length > 0 ? undefined : [];
    if (!history.some((line) => line.type === "begin" && line.run === run)) {
      this.#note({ type: "begin", run, time: Date.now() });
    }
    this.#live = false;
    this.#kernel.attach(this, history);
    this.#live = true;
    void notebook.then((path) => this.#found(path, files));
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

  #found(path: string | undefined, files: CellFiles): void {
    if (path === undefined || this.#closed || files !== this.#files) return;
    this.#note({ type: "notebook", path });
    files.follow(path);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#kernel.detach(this);
    this.#files.complete();
    this.#files.close();
  }

  #fail(error: unknown): void {
    this.#context.warn(`Cells are not recorded as they should: ${reasonOf(error)}`);
  }
}

async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, over]);
  clearTimeout(timer);
}
