import { reasonOf } from "../names/reason.ts";
import { type FileLine, readFileLines } from "../record/file_list.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { Tail } from "../record/tail.ts";
import type { Session, UploadPlace } from "./session.ts";
import { SyncFault } from "./wire/fault.ts";
import { putFile } from "./wire/put_file.ts";

/** Files that are asked for and sent together. */
const MAX_FILES = 100;
const MAX_TRANSFERS = 4;

/** What a {@linkcode FileSender} tells. */
export interface FileSenderEvents {
  /** A file cannot be uploaded, and is passed over. */
  onGivenUp(path: string, reason: string): void;
}

/**
 * Uploads the files of a run as its list names them. Only lines that were not dealt with are in
 * memory. A file that cannot be uploaded is passed over and tried again the next time; the others
 * are not held up by it.
 */
export class FileSender {
  /** Uploaded, and not yet told to the server. */
  readonly uploaded: Set<string> = new Set();
  readonly #directory: string;
  readonly #events: FileSenderEvents;
  #tail: Tail;
  /** Lines of the list that were read, and how many of them were dealt with before. */
  #read = 0;
  #skip = 0;
  /** Lines that are waiting, in the order of the list, and their places in it. */
  #waiting: { readonly line: FileLine; readonly place: number }[] = [];
  #retry = new Set<string>();
  readonly #failed: Set<string> = new Set();

  constructor(directory: string, events: FileSenderEvents) {
    this.#directory = directory;
    this.#events = events;
    this.#tail = this.#open();
  }

  /** The list was removed and begun anew. */
  beginAnew(): void {
    this.#tail.close();
    this.#tail = this.#open();
    this.#read = this.#skip = 0;
    this.#waiting = [];
    this.#retry.clear();
    this.#failed.clear();
  }

  /**
   * Goes on from where an earlier delivery has come to.
   *
   * @param dealtWith Lines of the list that were dealt with.
   * @param failed Files that could not be uploaded then.
   */
  goOnFrom(dealtWith: number, failed: readonly string[]): void {
    this.#skip = dealtWith;
    this.#waiting = this.#waiting.filter(({ place }) => place >= dealtWith);
    this.#retry = new Set(failed);
  }

  /** How many lines from the beginning of the list were dealt with. */
  get dealtWith(): number {
    return this.#waiting[0]?.place ?? Math.max(this.#read, this.#skip);
  }

  /** Files that could not be uploaded. */
  get failed(): readonly string[] {
    return [...this.#retry, ...this.#failed];
  }

  /** Files that are still to be uploaded. */
  get left(): number {
    return new Set(this.#waiting.map(({ line }) => line.path)).size + this.failed.length;
  }

  /** Reads what the list has got since the last time. */
  read(): FileLine[] {
    const lines = [...readFileLines(this.#tail)];
    for (const line of lines) {
      const place = this.#read++;
      if (place >= this.#skip) this.#waiting.push({ line, place });
    }
    return lines;
  }

  /**
   * Uploads what is due.
   *
   * @param atEnd Files to send beside the listed ones when the run has ended, so that files for its
   * end are due too; null before.
   * @throws {SyncFault} When the server does not answer; what was uploaded by then stays so.
   */
  async send(
    session: Session,
    atEnd: readonly string[] | null,
    signal: AbortSignal,
  ): Promise<void> {
    let also = atEnd ?? [];
    for (;;) {
      const names = this.#due(atEnd !== null, also);
      also = [];
      if (names.length === 0) return;
      await this.#sendNow(session, names, signal);
      const sent = new Set(names);
      for (const name of sent) this.#retry.delete(name);
      this.#waiting = this.#waiting.filter(({ line }) => !sent.has(line.path));
    }
  }

  /** Closes the list. */
  close(): void {
    this.#tail.close();
  }

  #open(): Tail {
    return new Tail(join(this.#directory, RUN_FILES.fileList));
  }

  async #sendNow(session: Session, names: readonly string[], signal: AbortSignal): Promise<void> {
    let places: UploadPlace[];
    try {
      places = await session.askUploadPlaces(names, signal);
    } catch (error) {
      if (!(error instanceof SyncFault) || error.kind !== "rejected") throw error;
      for (const name of names) this.#giveUp(name, error.message);
      return;
    }
    const byName = new Map(places.map((place) => [place.name, place]));
    const queue = [...names];
    const transfer = async () => {
      for (let name; (name = queue.shift()) !== undefined;) {
        const place = byName.get(name);
        if (place === undefined) this.#giveUp(name, "the server gives no place for it");
        else await this.#put(name, place, signal);
      }
    };
    const transfers = Array.from({ length: Math.min(MAX_TRANSFERS, names.length) }, transfer);
    const results = await Promise.allSettled(transfers);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  async #put(name: string, place: UploadPlace, signal: AbortSignal): Promise<void> {
    const path = join(this.#directory, RUN_FILES.files, name);
    try {
      await putFile(path, place, signal);
      this.#failed.delete(name);
      this.uploaded.add(name);
    } catch (error) {
      if (error instanceof SyncFault && error.kind !== "rejected") throw error;
      this.#giveUp(name, reasonOf(error));
    }
  }

  #giveUp(name: string, reason: string): void {
    this.#failed.add(name);
    this.#events.onGivenUp(name, reason);
  }

  #due(ended: boolean, also: readonly string[]): string[] {
    const names = new Set([...also, ...this.#retry]);
    for (const { line } of this.#waiting) {
      if (names.size >= MAX_FILES) break;
      if (ended || line.policy !== "end") names.add(line.path);
    }
    return [...names];
  }
}
