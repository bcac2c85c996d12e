import { join, RUN_FILES } from "../record/layout.ts";
import type { RunRecord } from "../run/run_record.ts";
import { bind, type Feeds } from "./bind.ts";
import { toExtendedJson } from "../record/extended_json.ts";
import type { Held } from "./held.ts";
import { Pace } from "./pace.ts";
import { consoleLine } from "./payload/console_line.ts";
import { summaryLine } from "./payload/summary.ts";
import { type Batch, Feed } from "./read/feed.ts";
import { readObjects } from "./read/read_objects.ts";
import { readRows } from "./read/read_rows.ts";
import type { Session } from "./session.ts";
import type { TargetState } from "./state/sync_state.ts";
import type { WireClient } from "./wire/client.ts";
import { SyncFault } from "./wire/fault.ts";
import { rateLimitPause } from "./wire/retry_after.ts";
import {
  isLoopback,
  postStream,
  type StreamBody,
  type StreamLines,
} from "./wire/stream_request.ts";

/** How a run has ended. */
export interface RunEnd {
  readonly exitCode: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** What is to be sent. */
export interface StreamWork {
  readonly record: RunRecord;
  /** Files that were put since the last time. */
  readonly uploaded: readonly string[];
  /** Whether nothing can be added to the files any more. */
  readonly ended: boolean;
  /** Whether this is the last that is sent for now, so that open rows do not wait. */
  readonly closing: boolean;
  /** Given when all else is delivered, so that the last rows may end the run. */
  readonly complete: RunEnd | null;
}

/** What a request has done. */
export interface StreamAnswer {
  /** Whether more was waiting than one request holds. */
  readonly more: boolean;
  /** Whether the run has ended on the server. */
  readonly completed: boolean;
  /** Whether somebody has asked the server to stop the run. */
  readonly stopped: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly pauseMs: number;
}

const HISTORY = "wandb-history.jsonl";
const EVENTS = "wandb-events.jsonl";
const SUMMARY = "wandb-summary.json";
const LOG = "output.log";

/** Characters in a request; W&B's limit is 10 MiB, and what is quoted grows. */
const MAX_LENGTH = 4_194_304;
const MIN_LENGTH = 65_536;
/** How often the summary is put together, and the share of the time that it may take. */
const SUMMARY_MS = 1_000;
const SUMMARY_SHARE = 0.05;
const HEARTBEAT_MS = 30_000;
/** How long an open row waits for more. Other servers are not told of rows that may grow yet. */
const OPEN_DELAY_LIVE_MS = 100;
const OPEN_DELAY_MS = 10_000;

/** Sends rows, events, console lines and the summary, one request after the other. */
export class StreamSender {
  readonly feeds: Feeds;
  readonly #directory: string;
  readonly #client: WireClient;
  readonly #gzip: boolean;
  #structuredLog = false;
  #maxLength = MAX_LENGTH;
  /** The summary as the server has it. */
  #summary = "";
  #summarizing = new Pace(SUMMARY_MS, SUMMARY_SHARE, 0);
  #inherited: Held["summary"] = {};
  #lastPost = 0;

  /** @param options.gzip Compresses whatever the server's address. */
  constructor(directory: string, client: WireClient, options: { readonly gzip?: boolean } = {}) {
    this.#directory = directory;
    this.#client = client;
    this.#gzip = options.gzip ?? !isLoopback(client.baseUrl);
    const at = (file: string) => join(directory, file);
    this.feeds = {
      history: new Feed(at(RUN_FILES.history), readRows, toExtendedJson),
      events: new Feed(at(RUN_FILES.system), readObjects, toExtendedJson),
      log: new Feed(
        at(RUN_FILES.console),
        readObjects,
        (text) => consoleLine(text, this.#structuredLog),
      ),
    };
  }

  /** Settles which lines of the server are which of the run's. */
  async bind(
    session: Session,
    { state, resumed, signal }: {
      readonly state: TargetState | null;
      /** Whether the run goes on from an earlier session of it. */
      readonly resumed: boolean;
      readonly signal: AbortSignal;
    },
  ): Promise<void> {
    this.#structuredLog = session.features.structuredLog;
    this.#summary = "";
    this.#summarizing = new Pace(SUMMARY_MS, SUMMARY_SHARE, 0);
    this.#lastPost = performance.now();
    await bind(this.feeds, {
      directory: this.#directory,
      state,
      held: session.held,
      rowsOfStep: (step) => session.rowsOfStep(step, signal),
    });
    const { row, line } = this.feeds.history.place;
    // A run that was begun elsewhere and goes on here has a summary already.
    this.#inherited = resumed && line > row ? session.held?.summary ?? {} : {};
  }

  /**
   * Sends what is due, or a sign of life when nothing was sent for long.
   *
   * @returns Null when nothing is due.
   * @throws {SyncFault} When the server did not take it.
   */
  async send(
    session: Session,
    work: StreamWork,
    signal: AbortSignal,
  ): Promise<StreamAnswer | null> {
    const { record, uploaded, ended, closing, complete } = work;
    const now = performance.now();
    const options = {
      maxLength: this.#maxLength,
      openDelayMs: closing ? 0 : session.features.live ? OPEN_DELAY_LIVE_MS : OPEN_DELAY_MS,
      ended,
      now,
    };
    const { feeds } = this;
    const history = feeds.history.take(options);
    const events = feeds.events.take(options);
    const log = feeds.log.take(options);
    const more = [history, events, log].some((batch) => batch?.more === true);
    const completes = complete !== null && !more;
    const summary = closing || (!more && this.#summarizing.isDue(now))
      ? this.#summarize(record)
      : this.#summary;
    const summarized = summary !== this.#summary && !more && (record.rows > 0 || completes);
    const nothing = history === null && events === null && log === null && !summarized &&
      uploaded.length === 0 && !completes;
    if (nothing && now - this.#lastPost < HEARTBEAT_MS) return null;
    if (completes) await this.#sendRevised(session, signal);
    const lines = {
      ...linesOf(HISTORY, history),
      ...linesOf(EVENTS, events),
      ...linesOf(LOG, log),
      ...(summarized ? { [SUMMARY]: { offset: 0, content: [summary] } } : {}),
    };
    let answer;
    try {
      answer = await this.#post(session, {
        ...(Object.keys(lines).length === 0 ? {} : { files: lines }),
        ...(uploaded.length === 0 ? {} : { uploaded }),
        ...(completes ? { complete: true, exitcode: complete.exitCode } : {}),
      }, signal);
    } catch (error) {
      if (!(error instanceof SyncFault) || error.kind !== "tooLarge") throw error;
      this.#sendLess(history, error);
      return { more: true, completed: false, stopped: false, pauseMs: 0 };
    }
    if (history !== null) feeds.history.taken(history);
    if (events !== null) feeds.events.taken(events);
    if (log !== null) feeds.log.taken(log);
    if (summarized) this.#summary = summary;
    return {
      more,
      completed: completes,
      stopped: answer.json.stopped === true,
      pauseMs: rateLimitPause(answer.headers),
    };
  }

  #summarize(record: RunRecord): string {
    const begin = performance.now();
    const line = summaryLine(record, this.#inherited);
    this.#summarizing.done(begin);
    return line;
  }

  async #post(session: Session, body: StreamBody, signal: AbortSignal) {
    const gzip = session.features.gzip && this.#gzip;
    const answer = await postStream(this.#client, session.address, body, { gzip, signal });
    this.#lastPost = performance.now();
    return answer;
  }

  async #sendRevised(session: Session, signal: AbortSignal): Promise<void> {
    for (const lines of this.feeds.history.revised()) {
      await this.#post(session, { files: { [HISTORY]: lines } }, signal);
    }
  }

  /** Halves requests; a row that is too large for the smallest one is sent without its values. */
  #sendLess(history: Batch | null, fault: SyncFault): void {
    if (this.#maxLength > MIN_LENGTH) {
      this.#maxLength = Math.max(MIN_LENGTH, this.#maxLength / 2);
      return;
    }
    const longest = Math.max(0, ...(history?.content ?? []).map((line) => line.length));
    if (longest <= 1_000) throw fault;
    this.feeds.history.maxLine = longest - 1;
  }
}

function linesOf(name: string, batch: Batch | null): Record<string, StreamLines> {
  return batch === null ? {} : { [name]: { offset: batch.offset, content: batch.content } };
}
