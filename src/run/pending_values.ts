import { reasonOf } from "../names/reason.ts";
import { UnrecordableValue } from "../record/encode_value.ts";
import type { Json } from "../record/lines.ts";
import type { MediaAnswer, MediaJob, MediaRequest } from "../record/media_job.ts";
import type { Pending } from "../record/recordable.ts";

/** A part of a value that was made: its name and itself, or null when it failed. */
export type MadePart = readonly [name: string, value: Json];

/** A loop that logs images faster than they are encoded must not fill the memory. */
const MAX_WAITING_BYTES = 268_435_456;

/** What {@linkcode PendingValues} works with. */
export interface PendingContext {
  /** Has the background do a job, and {@linkcode PendingValues.answer}. */
  readonly make: (request: MediaRequest, transfer: readonly ArrayBuffer[]) => void;
  /** A value could not be made. */
  readonly onError: (key: string, message: string) => void;
  /** A value was made, but something is odd about it. */
  readonly onWarning: (key: string, message: string) => void;
}

/**
 * Values that the background makes while the run goes on.
 *
 * The row is written at once, with a placeholder where such a value belongs. When its files are
 * there, the value is written as a further line of the same step: a row never refers to a file that
 * does not exist, and `log()` neither encodes nor waits.
 */
export class PendingValues {
  readonly #context: PendingContext;
  /** Sets ids apart from whatever a user might log. */
  readonly #salt = crypto.randomUUID().slice(0, 8);
  readonly #drafts = new Map<string, PendingDraft>();
  /** Bytes that wait, by id. */
  readonly #bytes = new Map<string, number>();
  #waitingBytes = 0;
  #next = 0;
  #settled: PromiseWithResolvers<void> | null = null;

  constructor(context: PendingContext) {
    this.#context = context;
  }

  /** How many are being made. */
  get size(): number {
    return this.#drafts.size;
  }

  /** For the value that is encoded next. */
  draft(step: number | "summary"): PendingDraft {
    return new PendingDraft((draft, key, job, transfer) => {
      const bytes = transfer.reduce((sum, { byteLength }) => sum + byteLength, 0);
      if (this.#waitingBytes + bytes > MAX_WAITING_BYTES && this.#waitingBytes > 0) {
        throw new UnrecordableValue(
          `media come faster than they are written: ${this.#drafts.size} are waiting`,
        );
      }
      const id = `${this.#salt}-${this.#next++}`;
      this.#drafts.set(id, draft);
      this.#bytes.set(id, bytes);
      this.#waitingBytes += bytes;
      if (job instanceof Promise) void this.#makeLater(id, { key, step, job });
      else this.#context.make({ id, key, step, job }, transfer);
      return id;
    });
  }

  async #makeLater(
    id: string,
    { key, step, job }: Pick<MediaRequest, "key" | "step"> & { job: Promise<MediaJob> },
  ): Promise<void> {
    try {
      const made = await job;
      if (this.#drafts.has(id)) this.#context.make({ id, key, step, job: made }, []);
    } catch (error) {
      const reason = reasonOf(error);
      this.answer({ id, value: null, error: reason });
    }
  }

  /** Takes what was made. */
  answer({ id, value, error, warnings = [] }: MediaAnswer): void {
    const draft = this.#drafts.get(id);
    if (draft === undefined) return;
    this.#drafts.delete(id);
    this.#waitingBytes -= this.#bytes.get(id) ?? 0;
    this.#bytes.delete(id);
    const { json, problem = error } = encode(value);
    const key = draft.fill(id, json);
    if (problem !== undefined) this.#context.onError(key, problem);
    if (warnings.length > 0) this.#context.onWarning(key, warnings.join("; "));
    if (this.#drafts.size === 0) {
      this.#settled?.resolve();
      this.#settled = null;
    }
  }

  /** Gives up what is being made. */
  abandon(error: string): void {
    for (const id of [...this.#drafts.keys()]) this.answer({ id, value: null, error });
  }

  /** Resolves when nothing is being made any more. */
  settled(): Promise<void> {
    if (this.#drafts.size === 0) return Promise.resolve();
    this.#settled ??= Promise.withResolvers();
    return this.#settled.promise;
  }
}

type Begin = (
  draft: PendingDraft,
  key: string,
  job: MediaJob | Promise<MediaJob>,
  transfer: readonly ArrayBuffer[],
) => string;

/** A value of a row that waits for some of its parts. */
export class PendingDraft {
  readonly #begin: Begin;
  readonly #missing = new Map<string, string>();
  readonly #made: MadePart[] = [];
  #json = "";
  #complete: (json: string, made: readonly MadePart[]) => void = () => {};

  constructor(begin: Begin) {
    this.#begin = begin;
  }

  /**
   * Begins to make a part of the value.
   *
   * @param name The part's name, as `val.image`.
   * @param key What its files are called after, as `image`.
   */
  begin(
    name: string,
    key: string,
    job: MediaJob | Promise<MediaJob>,
    transfer: readonly ArrayBuffer[] = [],
  ): Pending {
    const id = this.#begin(this, key, job, transfer);
    this.#missing.set(id, name);
    return { _type: "pending", id };
  }

  /**
   * Keeps the value until its parts are there.
   *
   * @param json As it was encoded, with placeholders.
   * @param complete Is given the whole value, and its parts.
   */
  keep(json: string, complete: (json: string, made: readonly MadePart[]) => void): void {
    this.#json = json;
    this.#complete = complete;
  }

  /** Puts a part in its place; gives its name. */
  fill(id: string, json: string): string {
    const name = this.#missing.get(id) ?? "";
    this.#missing.delete(id);
    this.#made.push([name, JSON.parse(json)]);
    // A function, since a value may hold what a replacement takes for a pattern.
    this.#json = this.#json.replace(placeholder(id), () => json);
    if (this.#missing.size === 0) this.#complete(this.#json, this.#made);
    return name;
  }
}

/** What was made, as text; what a user has put into it may be no JSON, and is refused. */
function encode(value: Json): { json: string; problem?: string } {
  try {
    return { json: JSON.stringify(value) };
  } catch (error) {
    return { json: "null", problem: `it cannot be read: ${reasonOf(error)}` };
  }
}

function placeholder(id: string): string {
  return JSON.stringify({ _type: "pending", id } satisfies Pending);
}
