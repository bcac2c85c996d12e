import { createHash } from "node:crypto";
import type { Fields, KernelMessage } from "../kernel/message.ts";
import type { BackfilledCell } from "./backfill.ts";
import type { CellLine, DisplayLine, KernelLine } from "./cell_lines.ts";
import { CellState } from "./cell_state.ts";
import type { ExecutionFeed } from "./execution_feed.ts";
import { mimeParts } from "./mime_parts.ts";
import type { StreamTextOptions } from "./stream_text.ts";

/** How cells are recorded. */
export interface CellRecorderOptions {
  /** Appends a line to the record. */
  readonly append: (line: CellLine) => void;
  /** What the recorder and the user's thread tell each other. */
  readonly feed?: ExecutionFeed;
  /** Told of all that is printed, as it comes. The time is in milliseconds since 1970. */
  readonly onPrint?: (stream: "stdout" | "stderr", text: string, time: number) => void;
  /** What the line of the kernel says; null when the record has one, and goes on after a restart. */
  readonly kernel?: Pick<KernelLine, "session" | "cwd"> | null;
  /** Milliseconds since 1970. @default {Date.now} */
  readonly now?: () => number;
  /** Characters of one output that are kept. @default {1048576} */
  readonly maxOutput?: number;
  /** Characters of a cell's outputs that are kept. @default {16777216} */
  readonly maxCell?: number;
  /** Characters of a source that are kept. @default {1048576} */
  readonly maxSource?: number;
  /** Printed text that is kept, of each stream of a cell. */
  readonly text?: StreamTextOptions;
}

/** Cells before the last one can still get updates; beyond these they are forgotten. */
const MAX_STATES = 16;
const MAX_DISPLAYS = 512;
/** Updates written before the end of a cell, so that a progress display does not fill the disk. */
const MAX_UPDATES = 4 * 1024 * 1024;
const MAX_ERROR = 65_536;
/** An endless loop of displays must not fill the disk. */
const MAX_OUTPUTS = 10_000;
const MAX_METADATA = 4_096;
/** More text than this is not held back until the next flush. */
const MAX_HELD = 65_536;

/** Stands for the parts of an output that was too large to look into. */
const UNKNOWN_MIME = "application/octet-stream";

interface Display {
  readonly state: CellState;
  readonly output: number;
  readonly note: boolean;
  /** Characters that are kept of it. */
  kept: number;
}

/**
 * Turns the messages of a kernel into the record of its cells. What is held in memory does not grow
 * with the number of cells or the size of their outputs.
 *
 * @example
 * ```ts
 * const recorder = new CellRecorder({ append: (line) => lines.push(line) });
 * recorder.take(message); // for each message of the subscription
 * recorder.flush(); // once a second, and at the end
 * ```
 */
export class CellRecorder {
  readonly #options: CellRecorderOptions;
  readonly #now: () => number;
  /** By the id of the request that began them, the oldest first. */
  readonly #states = new Map<string, CellState>();
  readonly #displays = new Map<string, Display>();
  #latest: CellState | undefined;
  #joined: CellState | undefined;

  constructor(options: CellRecorderOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const { kernel = {} } = options;
    if (kernel !== null) options.append({ type: "kernel", time: this.#now(), ...kernel });
  }

  /**
   * Tells which cells were executed before the recording began; the last one is running.
   *
   * @param options The id of the request that runs it, as the subscription's proof tells, and when
   * it was running, in milliseconds since 1970.
   */
  join(
    cells: readonly BackfilledCell[],
    options: { readonly parent: string; readonly time?: number },
  ): void {
    for (const { source, transpiled } of cells.slice(0, -1)) {
      this.#append({ type: "backfill", ...this.#source(source), transpiled });
    }
    // Its own messages may have come already.
    if (this.#states.has(options.parent)) return;
    const { source = "", transpiled = true } = cells.at(-1) ?? {};
    this.#joined = this.#begin(options.parent, 0);
    const { time = this.#now() } = options;
    const kept = this.#source(source);
    this.#append({ type: "start", execution: 0, time, seen: time, ...kept, transpiled });
  }

  /**
   * Goes on with a cell that the record holds already, after the recorder was started again.
   *
   * @param parent The id of the request that runs it, as the subscription's proof tells.
   * @param cell Its number in the record, and how many displays and results the record has of it.
   */
  rejoin(parent: string, cell: { readonly execution: number; readonly outputs: number }): void {
    if (this.#states.has(parent)) return;
    const state = this.#begin(parent, cell.execution);
    state.outputs = cell.outputs;
    state.gap = true;
    if (cell.execution === 0 && !(this.#options.feed?.joined ?? 0)) this.#joined = state;
  }

  /** The number of the cell in which the recording began has become known. */
  setJoined(execution: number): void {
    if (this.#joined === undefined || !(execution > 0)) return;
    const { feed } = this.#options;
    // The user's thread may have heard the next cell when nobody else did.
    const number = feed?.joined || execution;
    this.#append({ type: "joined", execution: number });
    if (feed !== undefined) {
      feed.joined = number;
      if (this.#joined.failed) feed.failed = number;
    }
    this.#joined = undefined;
  }

  /** Takes the kernel's next message. */
  take(message: KernelMessage): void {
    if (message.type === "execute_input") return this.#start(message);
    if (message.type === "stream") this.#print(message);
    const state = this.#states.get(message.parent);
    if (message.type === "update_display_data") return this.#update(message);
    if (state === undefined) return;
    switch (message.type) {
      case "stream":
        return this.#stream(state, message);
      case "display_data":
      case "execute_result":
        return this.#display(state, message);
      case "error":
        return this.#error(state, message);
      case "status":
        if (message.content["execution_state"] === "idle") this.#end(state, message.time);
    }
  }

  /** Some messages of the kernel may not have come, the end of the cell that runs among them. */
  gap(): void {
    for (const state of this.#open()) state.gap = true;
  }

  /**
   * The kernel is heard again.
   *
   * @param parent The id of the request that runs, or ran last: all others have ended.
   */
  resume(parent: string): void {
    this.#endOthers(parent);
  }

  /** Writes what was held back. Call it about once a second. */
  flush(): void {
    for (const state of this.#states.values()) this.#write(state.take());
    for (const state of this.#open()) {
      if (!state.gap || !this.#options.feed?.hasCompleted(this.#numberOf(state))) continue;
      // Its own end may be on its way, and is exact.
      if (state.completed) this.#end(state, this.#now());
      state.completed = true;
    }
  }

  /** Writes all that is left. */
  close(): void {
    for (const state of this.#states.values()) this.#write(state.end());
  }

  #start({ parent, content, time, heard: seen = this.#now() }: KernelMessage): void {
    const { execution_count: execution, code } = content;
    if (typeof execution !== "number" || !(execution > 0)) return;
    // Every execution that counts is published, so that the one before it is known too.
    if (this.#joined !== undefined) this.setJoined(execution - 1);
    this.#endOthers(parent, time);
    this.#begin(parent, execution);
    const kept = this.#source(typeof code === "string" ? code : "");
    this.#append({ type: "start", execution, time, seen, ...kept });
    const { feed } = this.#options;
    if (feed !== undefined) feed.started = execution;
  }

  #begin(parent: string, execution: number): CellState {
    this.#forget();
    const state = new CellState(execution, {
      room: this.#options.maxCell ?? 16 * 1024 * 1024,
      updateRoom: MAX_UPDATES,
      text: this.#options.text ?? {},
    });
    this.#states.set(parent, state);
    this.#latest = state;
    return state;
  }

  #open(): CellState[] {
    return [...this.#states.values()].filter(({ ended }) => !ended);
  }

  /** A kernel executes one cell after the other: when it is at another one, these are over. */
  #endOthers(parent: string, time = this.#now()): void {
    for (const state of this.#open()) {
      if (state === this.#states.get(parent)) continue;
      state.gap = true;
      this.#end(state, time);
    }
  }

  #end(state: CellState, time: number): void {
    if (state.ended) return;
    const consoleLines = state.stdout.lines + state.stderr.lines;
    this.#write(state.end());
    state.ended = true;
    const { execution, unkept, gap } = state;
    const { feed } = this.#options;
    if (state === this.#joined) {
      // It did not fail, so that it is the first one that completed.
      if (!state.failed && feed !== undefined) this.setJoined(feed.firstCompleted);
    }
    const number = this.#numberOf(state);
    const completed = number > 0 && feed?.hasCompleted(number);
    // A cell that does not compile fails without a message.
    if (number > 0 && feed?.observed && !completed) this.#fail(state);
    const status = state.failed ? "error" : gap && !completed ? "unknown" : "ok";
    this.#append({
      type: "end",
      execution,
      status,
      time,
      consoleLines,
      ...(unkept > 0 ? { unkept } : {}),
      ...(gap ? { gap } : {}),
    });
  }

  /** Its execution number, also of the cell in which the recording began; 0 while it is unknown. */
  #numberOf({ execution }: CellState): number {
    return execution > 0 ? execution : this.#options.feed?.joined ?? 0;
  }

  #stream(state: CellState, { content, skipped, size }: KernelMessage): void {
    const { name, text } = content;
    const stream = name === "stderr" ? state.stderr : state.stdout;
    if (skipped) stream.push(`(${size} bytes in one piece were not kept)\n`);
    else if (typeof text === "string") stream.push(text);
    if (stream.held > MAX_HELD) this.#write(state.take());
  }

  #print({ content, time }: KernelMessage): void {
    const { name, text } = content;
    if (typeof text !== "string") return;
    this.#options.onPrint?.(name === "stderr" ? "stderr" : "stdout", text, time);
  }

  #display(state: CellState, message: KernelMessage): void {
    const output = state.outputs++;
    if (output >= MAX_OUTPUTS) {
      state.unkept++;
      return;
    }
    const display = { state, output, note: isOwn(message), kept: 0 };
    this.#remember(display, displayId(message));
    // What was printed before comes before.
    this.#write(state.take());
    if (display.note) {
      this.#append({ type: "output", kind: "note", execution: state.execution, output });
      return;
    }
    const kind = message.type === "execute_result" ? "result" : "display";
    this.#append(this.#displayLine(display, message, kind));
  }

  #remember(display: Display, id: string | undefined): void {
    if (id === undefined) return;
    this.#displays.delete(id);
    this.#displays.set(id, display);
    if (this.#displays.size > MAX_DISPLAYS) {
      this.#displays.delete(this.#displays.keys().next().value!);
    }
  }

  #update(message: KernelMessage): void {
    const display = this.#displays.get(displayId(message) ?? "");
    if (display === undefined || display.note) return;
    const { state, output } = display;
    state.updates.set(output, { ...this.#displayLine(display, message, "display"), update: true });
    // Nobody would write it later when its cell has been forgotten.
    if (!this.#known(state)) this.#write(state.take());
  }

  #known(state: CellState): boolean {
    for (const known of this.#states.values()) if (known === state) return true;
    return false;
  }

  #displayLine(display: Display, message: KernelMessage, kind: DisplayLine["kind"]): DisplayLine {
    const { state, output } = display;
    const { maxOutput = 1024 * 1024 } = this.#options;
    // An update takes the place of what was kept before.
    state.room += display.kept;
    const { parts, kept, unkept } = message.skipped
      ? { parts: [{ mime: UNKNOWN_MIME, size: message.size }], kept: 0, unkept: true }
      : mimeParts(message.content["data"], { output: maxOutput, cell: state.room });
    display.kept = kept;
    state.room -= kept;
    if (unkept) state.unkept++;
    const metadata = message.content["metadata"] as Fields | null | undefined;
    const keepMetadata = metadata && Object.keys(metadata).length > 0 &&
      JSON.stringify(metadata).length <= MAX_METADATA;
    return {
      type: "output",
      kind,
      execution: state.execution,
      output,
      parts,
      ...(keepMetadata ? { metadata } : {}),
      ...(state.ended ? { late: true } : {}),
    };
  }

  #error(state: CellState, { content, time }: KernelMessage): void {
    const { ename, evalue, traceback } = content;
    this.#write(state.take());
    // An error that comes after the end is one of showing the result: the cell had not failed.
    if (!state.ended) this.#fail(state);
    let room = MAX_ERROR;
    const frames = Array.isArray(traceback) ? traceback.slice(0, 200).map(String) : [];
    this.#append({
      type: "error",
      execution: state.execution,
      time,
      ename: String(ename ?? "").slice(0, 1_000),
      evalue: String(evalue ?? "").slice(0, MAX_ERROR),
      traceback: frames.filter((frame) => (room -= frame.length) >= 0),
    });
  }

  #fail(state: CellState): void {
    state.failed = true;
    const { feed } = this.#options;
    if (feed !== undefined && state.execution > 0) feed.failed = state.execution;
  }

  #source(source: string): { source: string; hash: string; cut?: number } {
    const { maxSource = 1024 * 1024 } = this.#options;
    const cut = source.length - maxSource;
    const kept = { source: source.slice(0, maxSource), hash: hashSource(source) };
    return cut > 0 ? { ...kept, cut } : kept;
  }

  #forget(): void {
    for (const [parent, state] of this.#states) {
      if (this.#states.size < MAX_STATES) return;
      if (state === this.#latest) continue;
      this.#write(state.end());
      this.#states.delete(parent);
    }
  }

  #write(lines: readonly CellLine[]): void {
    for (const line of lines) this.#append(line);
  }

  #append(line: CellLine): void {
    this.#options.append(line);
  }
}

/** SHA-256 of a cell's source, in hexadecimal. */
export function hashSource(source: string): string {
  return createHash("sha256").update(source).digest("hex");
}

function displayId({ content }: KernelMessage): string | undefined {
  const id = (content["transient"] as Fields | null | undefined)?.["display_id"];
  return typeof id === "string" ? id.slice(0, 256) : undefined;
}

function isOwn({ metadata, content }: KernelMessage): boolean {
  const inner = content["metadata"];
  return Object.hasOwn(metadata, "cellar") ||
    (typeof inner === "object" && inner !== null && Object.hasOwn(inner, "cellar"));
}
