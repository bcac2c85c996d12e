import type { RunRecord } from "../run/run_record.ts";
import type { Delivery, SyncStatus } from "./delivery.ts";
import { FactsReader } from "./facts_reader.ts";
import { FileLoop } from "./file_loop.ts";
import { FileSender } from "./file_sender.ts";
import { Following } from "./following.ts";
import { Notices, type SyncEvents } from "./notices.ts";
import { writeGeneratedFiles } from "./payload/generated_files.ts";
import { type KeyReader, restUntilOtherKey, takeOtherKey } from "./other_key.ts";
import { Progress } from "./progress.ts";
import { runUrl } from "./run_url.ts";
import { Session } from "./session.ts";
import { Sleeper } from "./sleeper.ts";
import { SyncLock } from "./state/sync_lock.ts";
import type { TargetKey } from "./state/sync_state.ts";
import { type RunEnd, StreamSender } from "./stream_sender.ts";
import { toFault, Trouble } from "./trouble.ts";
import { WireClient } from "./wire/client.ts";
import type { SyncFault } from "./wire/fault.ts";

/** What is delivered, and where to. */
export interface RunSyncOptions {
  /** The run directory. */
  readonly directory: string;
  readonly key: TargetKey;
  readonly apiKey?: string | undefined;
  /** Gives the key that is kept by now, when the server has refused the one before. */
  readonly keptKey?: KeyReader | undefined;
  /** What the run's lines add up to; read to the end of the files when `all` is asked for. */
  readonly record: (all: boolean) => RunRecord;
  /** How a run has ended that has no last line of its own, since its process is gone. */
  readonly crashed?: RunEnd;
  /** Gives up when nothing has worked for so long, or at once when the server refuses. */
  readonly patienceMs?: number;
  /**
   * How long to wait before a server that failed is tried again; it doubles each time.
   *
   * @default {1_000}
   */
  readonly firstRetryMs?: number;
  /** Compresses also for servers on this machine. */
  readonly gzip?: boolean;
  readonly events: SyncEvents;
}

/** Rows that are on their way for less than this are not worth a word. */
const FLOWING_MS = 2_000;
/** How often a run that is delivered elsewhere is asked for. */
const LOCK_MS = 2_000;
/** The system frees the lock of a process that was killed a moment after its end. */
const LOCK_GRACE_MS = 1_000;
/** A server that was away for so long before the end is given less time then. */
const LONG_AWAY_MS = 30_000;
const SHORT_FINISH_MS = 5_000;
/** The share of the time for the end after which the run is ended without its last files. */
const FILES_SHARE = 0.6;

/**
 * Delivers a run to a server, while it runs and afterwards. It reads the run directory from a cursor
 * and keeps nothing else, so a server may be away for as long as it likes; what was delivered is
 * noted in the directory, so that another process can go on.
 */
export class RunSync {
  readonly #options: RunSyncOptions;
  readonly #client: WireClient;
  readonly #lock: SyncLock;
  readonly #stream: StreamSender;
  readonly #facts: FactsReader;
  readonly #files: FileSender;
  readonly #fileLoop: FileLoop;
  readonly #progress: Progress;
  readonly #abort = new AbortController();
  readonly #sleeper = new Sleeper();
  readonly #notices: Notices;
  readonly #trouble: Trouble;
  readonly #main: Promise<void>;
  #session: Session | null = null;
  /** Whether this process has found the run on the server, or made it there. */
  #hasBegun = false;
  #closing = false;
  #elsewhere = false;

  constructor(options: RunSyncOptions) {
    const { directory, key, apiKey, gzip, events } = options;
    this.#options = options;
    this.#trouble = new Trouble(options);
    this.#notices = new Notices(key.baseUrl, events);
    this.#client = new WireClient({ baseUrl: key.baseUrl, apiKey });
    this.#lock = new SyncLock(directory);
    this.#stream = new StreamSender(directory, this.#client, gzip === undefined ? {} : { gzip });
    this.#facts = new FactsReader(directory, key.id);
    this.#files = new FileSender(directory, {
      onGivenUp: (path, reason) =>
        this.#notices.once("file", `Cannot upload ${JSON.stringify(path)}: ${reason}`),
    });
    this.#progress = new Progress({
      directory,
      key,
      feeds: this.#stream.feeds,
      files: this.#files,
      settled: () => this.#fileLoop.settled ? this.#end() : null,
      onFault: (reason) =>
        this.#notices.once("state", `Cannot note how far the run was synced: ${reason}`),
    });
    this.#fileLoop = new FileLoop({
      files: this.#files,
      sleeper: this.#sleeper,
      signal: this.#abort.signal,
      session: () => this.#session,
      closing: () => this.#closing,
      atEnd: (session) => this.#writeAtEnd(session),
      patienceMs: options.patienceMs,
      firstRetryMs: options.firstRetryMs,
    });
    this.#main = this.#run();
  }

  /** How the delivery stands. */
  get status(): SyncStatus {
    const { delivered } = this.#stream.feeds.history;
    const left = Math.max(0, this.#options.record(false).rows - delivered);
    const { fault, since } = this.#trouble;
    const { address, complete } = this.#progress;
    return {
      phase: this.#elsewhere
        ? "elsewhere"
        : fault !== null
        ? fault.passing ? "waiting" : "refused"
        : this.#session === null && !complete
        ? "connecting"
        : left === 0 || this.#flows
        ? "synced"
        : "sending",
      delivered,
      left,
      filesLeft: this.#files.left,
      since,
      reason: fault?.message ?? null,
      url: address === null ? null : runUrl(this.#client.baseUrl, address),
    };
  }

  /**
   * Delivers what is left, tells the server that the run has ended if it has, and stops.
   *
   * @param timeoutMs How long that may take.
   */
  async finish(timeoutMs: number): Promise<Delivery> {
    const { since } = this.#trouble;
    const away = since !== null && Date.now() - since * 1000 > LONG_AWAY_MS;
    const limit = away ? Math.min(SHORT_FINISH_MS, timeoutMs) : timeoutMs;
    this.#closing = true;
    this.#sleeper.wake();
    const filesTimer = setTimeout(() => this.#fileLoop.done = true, limit * FILES_SHARE);
    const timer = setTimeout(() => this.#stop(), limit);
    try {
      await this.#main;
    } finally {
      clearTimeout(timer);
      clearTimeout(filesTimer);
      this.#files.close();
      this.#lock.release();
    }
    return { ...this.status, complete: this.#progress.complete && this.#fileLoop.settled };
  }

  /** The run directory was removed and made again; rows find that out themselves. */
  beginAnew(): void {
    this.#files.beginAnew();
    this.#facts.beginAnew();
    this.#progress.beginAnew();
  }

  /** Whether rows go as they come, so that the few that are on their way are not worth a word. */
  get #flows(): boolean {
    return this.#session?.features.live === true && !this.#closing &&
      this.#trouble.age < FLOWING_MS;
  }

  #stop(): void {
    this.#abort.abort();
    this.#sleeper.wake();
  }

  async #run(): Promise<void> {
    const files = this.#fileLoop.run();
    while (!this.#abort.signal.aborted) {
      try {
        await this.#deliver();
        break;
      } catch (error) {
        if (this.#abort.signal.aborted) break;
        const fault = toFault(error);
        const refused = fault.kind === "refused";
        if (refused && await takeOtherKey(this.#client, this.#options.keptKey)) continue;
        const wait = this.#failed(fault);
        if (wait === null) break;
        // The end of the run cuts waits short, but not those that the server has asked for.
        if (fault.retryAfterMs !== undefined) await this.#sleeper.rest(wait, this.#abort.signal);
        else if (refused) await this.#restUntilOtherKey(wait);
        else if (wait > 0) await this.#sleeper.sleep(wait);
      }
    }
    this.#stop();
    await files;
    this.#say();
  }

  #restUntilOtherKey(ms: number): Promise<void> {
    const ended = () => this.#closing || this.#abort.signal.aborted;
    return restUntilOtherKey(this.#client, this.#options.keptKey, {
      ms,
      sleeper: this.#sleeper,
      ended,
    });
  }

  /** Delivers until everything is there, or nothing can be done. */
  async #deliver(): Promise<void> {
    if (!await this.#waitForTurn()) return;
    this.#session ??= await this.#connect();
    if (this.#session === null) return;
    this.#sleeper.wake();
    await new Following({
      directory: this.#options.directory,
      stream: this.#stream,
      facts: this.#facts,
      files: this.#files,
      fileLoop: this.#fileLoop,
      progress: this.#progress,
      trouble: this.#trouble,
      notices: this.#notices,
      sleeper: this.#sleeper,
      signal: this.#abort.signal,
      record: this.#options.record,
      end: () => this.#end(),
      closing: () => this.#closing,
      onSent: () => this.#say(),
    }, this.#session).run();
  }

  /** Waits while another process delivers the run; false when that one is to do all of it. */
  async #waitForTurn(): Promise<boolean> {
    for (let closingSince: number | null = null; !this.#takeLock();) {
      if (this.#closing) closingSince ??= performance.now();
      if (closingSince !== null && performance.now() - closingSince > LOCK_GRACE_MS) return false;
      await this.#sleeper.sleep(this.#closing ? LOCK_GRACE_MS / 10 : LOCK_MS);
      if (this.#abort.signal.aborted) return false;
    }
    return true;
  }

  #takeLock(): boolean {
    if (this.#lock.taken) return true;
    this.#elsewhere = !this.#lock.tryTake();
    if (!this.#elsewhere) this.#progress.reload();
    this.#say();
    return !this.#elsewhere;
  }

  /** Makes the run on the server, or finds it there; null when it is all there and has ended. */
  async #connect(): Promise<Session | null> {
    const { key, record } = this.#options;
    const { signal } = this.#abort;
    const { state } = this.#progress;
    // In the first moment nobody has read what the run is.
    const latest = record(this.#closing);
    const known = latest.start === null ? record(true) : latest;
    const session = await Session.open(this.#client, key, {
      record: known,
      facts: await this.#facts.read(),
      state,
      goesOn: this.#hasBegun,
      isDelivered: (held) => this.#progress.isDelivered(held, this.#closing ? this.#end() : null),
      signal,
    });
    if (session === null) {
      this.#progress.complete = this.#fileLoop.settled = true;
      return null;
    }
    this.#hasBegun = true;
    this.#progress.address = session.address;
    const resumed = known.start?.resumed === true;
    await this.#stream.bind(session, { state, resumed, signal });
    // Before a row is sent it is noted which line it becomes.
    this.#progress.note(session);
    return session;
  }

  /** Writes the files that belong to the end of the run; null before it. */
  async #writeAtEnd(session: Session): Promise<string[] | null> {
    if (this.#end() === null) return null;
    const facts = await this.#facts.read();
    const { globs } = session.features;
    const { directory, record } = this.#options;
    return writeGeneratedFiles(directory, record(true), { facts, globs });
  }

  /** How the run has ended; null while it goes on. */
  #end(): RunEnd | null {
    const { finish } = this.#options.record(false);
    return finish ?? this.#options.crashed ?? null;
  }

  /** @returns How long to wait; null to give up. */
  #failed(fault: SyncFault): number | null {
    // What the server holds is asked for anew, but by a server that only wants to be left alone.
    if (fault.kind !== "failing" || fault.retryAfterMs === undefined) this.#session = null;
    const wait = this.#trouble.failed(fault, this.#closing);
    if (wait !== 0 && this.#trouble.lasting) this.#notices.fault(fault);
    this.#say();
    return wait;
  }

  #say(): void {
    if (this.#stream.feeds.history.oversized > 0) {
      const text = "A row is too large for the server, and was sent without its values";
      this.#notices.once("oversized", text);
    }
    this.#notices.status(this.status);
  }
}
