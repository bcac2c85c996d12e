import { join, RUN_FILES } from "./layout.ts";
import { LineWriter } from "./line_writer.ts";
import { parseLine } from "./parse_line.ts";
import type { Tail } from "./tail.ts";

/** When a file is uploaded: at once, whenever it has changed, or at the end of the run. */
export type FilePolicy = "now" | "live" | "end";

/** A line of `files.jsonl`: a file below `files/` is complete, and may be uploaded. */
export interface FileLine {
  /** Below `files/`, with `/` between its parts. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of its content, in hexadecimal digits. */
  readonly sha256: string;
  readonly policy: FilePolicy;
  /** Seconds since 1970. */
  readonly time: number;
}

/**
 * Says which files of a run are ready: one line each time that a file was written or changed. The
 * file is there before its line is, so that who reads the line can read the file.
 */
export class FileListWriter {
  readonly #path: string;
  #lines: LineWriter;
  #inode: number | null | undefined;

  /** Opens the list of a run directory, and makes it when it is not there. */
  constructor(directory: string) {
    this.#path = join(directory, RUN_FILES.fileList);
    this.#lines = new LineWriter(this.#path);
    this.#inode = inodeOf(this.#path);
  }

  /** Adds a file; a later line for the same path takes the place of an earlier one. */
  add(file: Omit<FileLine, "time">): void {
    const { path, size, sha256, policy } = file;
    if (inodeOf(this.#path) !== this.#inode) {
      // Somebody removed the directory, and the open file leads nowhere; another writer of the list
      // may have made it again already.
      this.#lines.close();
      this.#lines = new LineWriter(this.#path);
      this.#inode = inodeOf(this.#path);
    }
    const line: FileLine = { path, size, sha256, policy, time: Date.now() / 1000 };
    this.#lines.append(JSON.stringify(line));
  }

  /** Writes what waits, and closes the list. */
  close(): void {
    this.#lines.close();
  }
}

/**
 * The lines that have come since the last time, for who follows the list; the last one of a path
 * counts. A path that would lead out of `files/` is passed over: the list may come from elsewhere.
 */
export function* readFileLines(tail: Tail): Generator<FileLine> {
  for (const text of tail.read()) {
    const line = parseLine<Partial<FileLine>>(text);
    if (line !== undefined && isFileLine(line)) yield line;
  }
}

/** Whether a file was removed; one that may not be looked at is taken to be there. */
export function isGone(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/** Tells a file from another one at its path; undefined when it is gone or cannot be told. */
function inodeOf(path: string): number | null | undefined {
  try {
    return Deno.lstatSync(path).ino;
  } catch {
    return undefined;
  }
}

/** Whether a path stays below the folder that it starts from, on every system. */
export function isInnerPath(path: string): boolean {
  return path !== "" && !path.includes("\\") && !path.includes("\0") && !/^[a-zA-Z]:/.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function isFileLine(line: Partial<FileLine>): line is FileLine {
  const { path, size, sha256, policy, time } = line;
  return typeof path === "string" && isInnerPath(path) && Number.isSafeInteger(size) &&
    typeof sha256 === "string" && typeof time === "number" &&
    (policy === "now" || policy === "live" || policy === "end");
}
