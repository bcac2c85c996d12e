import { advance, BEGINNING, type Place } from "../state/place.ts";
import type { UnitReader } from "./unit.ts";

/** A unit that was sent, and that something may be added to yet. */
interface OpenUnit {
  readonly line: number;
  readonly begin: number;
  readonly end: number;
}

/** Lines of a stream that are sent in one request. */
export interface Batch {
  /** The number of the first line. */
  readonly offset: number;
  readonly content: readonly string[];
  /** What the stream's place is, once the server has taken the lines. */
  readonly next: Place;
  /** The end of the first line's unit in the file. */
  readonly firstEnd: number;
  /** The last line when its unit is open: it is sent again if something is added to it. */
  readonly open: OpenUnit | null;
  /** Whether more is waiting than had room. */
  readonly more: boolean;
}

/** What is taken for a batch. */
export interface TakeOptions {
  /** Characters at which it is full; one line may be longer. */
  readonly maxLength: number;
  /** How long an open unit waits for more, in milliseconds. */
  readonly openDelayMs: number;
  /** Whether nothing can follow, so that the last unit is closed. */
  readonly ended: boolean;
  /** Milliseconds of a monotonic clock. */
  readonly now: number;
}

/** W&B's limit. */
const MAX_LINE = 10_383_360;
/** Open units that were sent in parts more than once wait longer from then on. */
const REVISED_DELAY_MS = 10_000;
const MAX_REVISED = 100;

/**
 * Delivers a growing file as numbered lines. Only a cursor is in memory: what was not taken by the
 * server is read again, so nothing piles up while it is away.
 */
export class Feed {
  /** Bytes; what is longer keeps its line, without its values. */
  maxLine: number = MAX_LINE;
  #place: Place = BEGINNING;
  #sentOpen: OpenUnit | null = null;
  /** The open unit that waits, and since when. */
  #waiting = { end: 0, since: 0 };
  /** Which file it is, where the system tells. */
  #inode: number | null = null;
  #revises = false;
  /** Lines that were sent unfinished, and where their units begin. */
  readonly #revised = new Map<number, number>();
  #oversized = 0;
  readonly #path: string;
  readonly #read: UnitReader;
  readonly #encode: (text: string) => string;

  /** @param encode Makes a line of the server's stream of a unit. */
  constructor(path: string, read: UnitReader, encode: (text: string) => string) {
    this.#path = path;
    this.#read = read;
    this.#encode = encode;
  }

  /** How far the server has it. */
  get place(): Place {
    return this.#place;
  }

  set place(place: Place) {
    this.#place = place;
    this.#sentOpen = null;
  }

  /** Units that the server has, the open one among them. */
  get delivered(): number {
    return this.#place.row + (this.#sentOpen === null ? 0 : 1);
  }

  /** Units that were too long to be sent; short ones stand in for them. */
  get oversized(): number {
    return this.#oversized;
  }

  /** The lines that are due; null when there is none. */
  take({ maxLength, openDelayMs, ended, now }: TakeOptions): Batch | null {
    this.#noticeNewFile();
    const { offset, line } = this.#place;
    const content: string[] = [];
    let length = 0;
    let units = 0;
    let end = offset;
    let firstEnd = offset;
    let open: OpenUnit | null = null;
    let more = false;
    for (const unit of this.#read(this.#path, offset)) {
      const closed = unit.closed || ended;
      if (!closed && (unit.held || !this.#isDue(unit.end, now, openDelayMs))) break;
      const encoded = this.#encodeBounded(unit.text);
      if (content.length > 0 && length + encoded.length > maxLength) {
        more = true;
        break;
      }
      if (content.push(encoded) === 1) firstEnd = unit.end;
      length += encoded.length;
      if (closed) {
        units++;
        end = unit.next;
      } else {
        open = { line: line + units, begin: unit.begin, end: unit.end };
      }
    }
    if (content.length === 0) return null;
    const next = advance(this.#place, units, end);
    return { offset: line, content, next, firstEnd, open, more };
  }

  /** The server has taken a batch. */
  taken({ offset, next, firstEnd, open }: Batch): void {
    const before = this.#sentOpen;
    if (before !== null && before.line === offset && firstEnd > before.end) {
      this.#revises = true;
      this.revise(before.line, before.begin);
    }
    this.#place = next;
    this.#sentOpen = open;
  }

  /**
   * Lines that were sent unfinished at first, each as a batch of its own. A copy of the first
   * request may still be on its way and arrive late; sending them once more at the end mends that.
   */
  *revised(): Generator<{ offset: number; content: readonly string[] }> {
    for (const [line, begin] of this.#revised) {
      for (const unit of this.#read(this.#path, begin)) {
        yield { offset: line, content: [this.#encodeBounded(unit.text)] };
        break;
      }
    }
    this.#revised.clear();
  }

  /** Has a unit sent once more at the end, whatever its place: it may have grown since it was sent. */
  revise(line: number, begin: number): void {
    if (this.#revised.size < MAX_REVISED) this.#revised.set(line, begin);
  }

  /** Goes back to an earlier unit, from the beginning of the file. */
  rewind(row: number, line: number): void {
    let at = 0;
    let offset = 0;
    for (const unit of this.#read(this.#path, 0)) {
      if (at === row) break;
      at++;
      offset = unit.next;
    }
    this.place = { row: at, line: line - (row - at), from: Math.min(this.#place.from, at), offset };
  }

  #isDue(end: number, now: number, openDelayMs: number): boolean {
    if (end === this.#sentOpen?.end) return false;
    if (end !== this.#waiting.end) this.#waiting = { end, since: now };
    const delay = this.#revises ? Math.max(openDelayMs, REVISED_DELAY_MS) : openDelayMs;
    return now - this.#waiting.since >= delay;
  }

  /** What is longer than a server takes keeps its place with its step alone. */
  #encodeBounded(text: string): string {
    const encoded = this.#encode(text);
    if (encoded.length * 3 <= this.maxLine) return encoded;
    if (new TextEncoder().encode(encoded).length <= this.maxLine) return encoded;
    this.#oversized++;
    const { _step, _timestamp, _runtime } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify({ _step, _timestamp, _runtime });
  }

  /** A file that was removed and begun anew goes on where the server's stream is. */
  #noticeNewFile(): void {
    const { size, inode } = fileState(this.#path);
    const replaced = this.#inode !== null && inode !== null && inode !== this.#inode;
    if (inode !== null) this.#inode = inode;
    const { offset, line } = this.#place;
    if (!replaced && size >= offset) return;
    const next = line + (this.#sentOpen === null ? 0 : 1);
    this.place = { row: 0, line: next, from: 0, offset: 0 };
  }
}

function fileState(path: string): { size: number; inode: number | null } {
  try {
    const { size, ino } = Deno.statSync(path);
    return { size, inode: ino };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { size: Infinity, inode: null };
    throw error;
  }
}
