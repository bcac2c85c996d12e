import { reasonOf } from "../names/reason.ts";
import type { RunRecord } from "../run/run_record.ts";
import type { Delivery, SyncStatus } from "./delivery.ts";
import { FileLoop } from "./file_loop.ts";
import { FileSender } from "./file_sender.ts";
import type { Held } from "./held.ts";
import { sendAlerts } from "./alerts.ts";
import { FactsReader } from "./facts_reader.ts";
import { writeGeneratedFiles } from "./payload/generated_files.ts";
import { Notices } from "./notices.ts";
import { type KeyReader, restUntilOtherKey, takeOtherKey } from "./other_key.ts";
import { Session } from "./session.ts";
import { SyncLock } from "./state/sync_lock.ts";
import { NOTHING_DELIVERED, SyncStateFile, type TargetKey } from "./state/sync_state.ts";
import { type RunEnd, StreamSender } from "./stream_sender.ts";
import { runUrl } from "./run_url.ts";
import { Sleeper } from "./sleeper.ts";
import { toFault, Trouble } from "./trouble.ts";
import { WireClient } from "./wire/client.ts";
import type { SyncFault } from "./wire/fault.ts";

/** What a {@linkcode RunSync} tells. */
export interface RunSyncEvents {
  /** How the delivery stands; called when that has changed. */
  status(status: SyncStatus): void;
  /** Something is wrong that people should know; called once for each kind of fault. */
  warn(message: string): void;
  /** Somebody has asked the server to stop the run; called once. */
  stop(): void;
}

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
  readonly events: RunSyncEvents;
}

/** To Cellar's own server rows go as they come; W&B asks for one request in 15 s. */
const LIVE_INTERVAL_MS = 150;
const INTERVAL_MS = 15_000;
const LIVE_CONFIG_MS = 1_000;
const CONFIG_MS = 5_000;
const TICK_MS = 1_000;
const FLOWING_MS = 2_000;
/** Saying how config and summary stand takes at most this share of the time. */
const SAYING_SHARE = 0.05;
/** How often a run that is delivered elsewhere is asked for. */
const LOCK_MS = 2_000;
/** The system frees the lock of a process that was killed a moment after its end. */
const LOCK_GRACE_MS = 1_000;
/** A server that was away for so long before the end is given less time then. */
const LONG_AWAY_MS = 30_000;
const SHORT_FINISH_MS = 5_000;
/** How long the last rows wait for the last files, to end the run in one request. */
const FILES_GRACE_MS = 1_000;
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
  readonly #state: SyncStateFile;
  readonly #lock: SyncLock;
  readonly #stream: StreamSender;
  readonly #facts: FactsReader;
  readonly #files: FileSender;
  readonly #abort = new AbortController();
  readonly #sleeper = new Sleeper();
  readonly #notices: Notices;
  readonly #trouble: Trouble;
  readonly #fileLoop: FileLoop;
  readonly #main: Promise<void>;
  #session: Session | null = null;
  /** Where the run is on the server, once that is known. */
  #address: Session["address"] | null = null;
  #closing = false;
  #complete = false;
  #elsewhere = false;
  #stopSaid = false;
  #said = "";

  constructor(options: RunSyncOptions) {
    const { directory, key, apiKey, gzip } = options;
    this.#options = options;
    this.#trouble = new Trouble(options);
    this.#notices = new Notices(key.baseUrl, (message) => options.events.warn(message));
    this.#client = new WireClient({ baseUrl: key.baseUrl, apiKey });
    this.#state = new SyncStateFile(directory);
    this.#lock = new SyncLock(directory);
    this.#stream = new StreamSender(directory, this.#client, gzip === undefined ? {} : { gzip });
    this.#files = new FileSender(directory, {
      onGivenUp: (path, reason) =>
        this.#notices.once("file", `Cannot upload ${JSON.stringify(path)}: ${reason}`),
    });
    this.#goOn();
    this.#facts = new FactsReader(directory, key.id);
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
    return {
      phase: this.#elsewhere
        ? "elsewhere"
        : fault !== null
        ? fault.passing ? "waiting" : "refused"
        : this.#session === null && !this.#complete
        ? "connecting"
        : left === 0 || this.#flows
        ? "synced"
        : "sending",
      delivered,
      left,
      filesLeft: this.#files.left,
      since,
      reason: fault?.message ?? null,
      url: this.#address === null ? null : runUrl(this.#client.baseUrl, this.#address),
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
    return { ...this.status, complete: this.#complete && this.#fileLoop.settled };
  }

  /** The run directory was removed and made again; rows find that out themselves. */
  beginAnew(): void {
    const { key } = this.#options;
    this.#files.beginAnew();
    this.#facts.beginAnew();
    const state = this.#state.get(key);
    if (state !== null) this.#state.set(key, { ...state, alerts: 0, files: 0, failedFiles: [] });
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
        if (await this.#deliver()) break;
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

  /** Delivers until everything is there, or nothing can be done; true when it is to end. */
  async #deliver(): Promise<boolean> {
    for (let closingSince: number | null = null; !this.#takeLock();) {
      if (this.#closing) closingSince ??= performance.now();
      if (closingSince !== null && performance.now() - closingSince > LOCK_GRACE_MS) return true;
      await this.#sleeper.sleep(this.#closing ? LOCK_GRACE_MS / 10 : LOCK_MS);
      if (this.#abort.signal.aborted) return true;
    }
    this.#session ??= await this.#connect();
    if (this.#session === null) return true;
    this.#sleeper.wake();
    return await this.#follow(this.#session);
  }

  #takeLock(): boolean {
    if (this.#lock.taken) return true;
    this.#elsewhere = !this.#lock.tryTake();
    if (!this.#elsewhere) {
      this.#state.reload();
      this.#goOn();
    }
    this.#say();
    return !this.#elsewhere;
  }

  /** Goes on from what is noted of earlier deliveries. */
  #goOn(): void {
    const { key } = this.#options;
    const state = this.#state.get(key);
    if (state === null) return;
    this.#address = { entity: state.entity, project: state.project, id: key.id };
    this.#stream.feeds.history.place = state.history;
    this.#files.goOnFrom(state.files, state.failedFiles);
  }

  async #connect(): Promise<Session | null> {
    const { key, record } = this.#options;
    const { signal } = this.#abort;
    const state = this.#state.get(key);
    // In the first moment nobody has read what the run is.
    const latest = record(this.#closing);
    const known = latest.start === null ? record(true) : latest;
    const session = await Session.open(this.#client, key, {
      record: known,
      facts: await this.#facts.read(),
      state,
      isDelivered: (held) => this.#isDelivered(held),
      signal,
    });
    if (session === null) {
      this.#complete = this.#fileLoop.settled = true;
      return null;
    }
    this.#address = session.address;
    const resumed = known.start?.resumed === true;
    await this.#stream.bind(session, { state, resumed, signal });
    // Before a row is sent it is noted which line it becomes.
    this.#note(session);
    return session;
  }

  /** Whether a run that has ended is on the server, with all that belongs to it. */
  #isDelivered(held: Held): boolean {
    const state = this.#state.get(this.#options.key);
    const end = this.#closing ? this.#end() : null;
    return state !== null && end !== null && state.complete === end.time &&
      state.failedFiles.length === 0 && held.history >= state.history.line &&
      held.events >= state.events.line && held.log >= state.log.line;
  }

  /** Sends what comes, until the run has ended. */
  async #follow(session: Session): Promise<boolean> {
    const { live } = session.features;
    const { signal } = this.#abort;
    const interval = live ? LIVE_INTERVAL_MS : INTERVAL_MS;
    let streamDue = 0;
    let resting = 0;
    let configDue = performance.now() + (live ? LIVE_CONFIG_MS : CONFIG_MS);
    let waitedForFiles = false;
    while (!signal.aborted) {
      const closing = this.#closing;
      const record = this.#options.record(closing);
      const end = closing ? this.#end() : null;
      await this.#passAlerts(session);
      if (closing || performance.now() >= configDue) {
        const begin = performance.now();
        await session.updateConfig(record, await this.#facts.read(), signal);
        const rest = (performance.now() - begin) / SAYING_SHARE;
        configDue = performance.now() + Math.max(live ? LIVE_CONFIG_MS : CONFIG_MS, rest);
      }
      if (end !== null && !this.#fileLoop.done && !waitedForFiles) {
        waitedForFiles = true;
        await this.#fileLoop.wait(FILES_GRACE_MS);
      }
      if (closing) await this.#sleeper.rest(resting - performance.now(), signal);
      if (closing || performance.now() >= streamDue) {
        const uploaded = [...this.#files.uploaded];
        const answer = await this.#stream.send(session, {
          record,
          uploaded,
          ended: end !== null,
          closing,
          complete: this.#fileLoop.done ? end : null,
        }, signal);
        this.#trouble.succeeded();
        if (answer !== null) {
          for (const name of uploaded) this.#files.uploaded.delete(name);
          if (answer.completed) this.#complete = true;
          this.#note(session);
          if (answer.stopped) this.#sayStopped();
          const pause = Math.max(closing || answer.more ? 0 : interval, answer.pauseMs);
          streamDue = performance.now() + pause;
          resting = performance.now() + answer.pauseMs;
        }
        this.#say();
        if (this.#complete) return true;
        if (answer !== null && (answer.more || closing)) continue;
        if (closing && end === null && this.#fileLoop.done) return true;
        if (closing && answer === null) {
          await this.#fileLoop.wait(TICK_MS);
          continue;
        }
      }
      if (this.#closing === closing) {
        await this.#sleeper.sleep(live ? LIVE_INTERVAL_MS : TICK_MS);
      }
    }
    return true;
  }

  async #writeAtEnd(session: Session): Promise<string[] | null> {
    if (this.#end() === null) return null;
    const facts = await this.#facts.read();
    const { globs } = session.features;
    const { directory, record } = this.#options;
    return writeGeneratedFiles(directory, record(true), { facts, globs });
  }

  async #passAlerts(session: Session): Promise<void> {
    const { directory, key } = this.#options;
    const state = this.#state.get(key) ?? NOTHING_DELIVERED;
    await sendAlerts(directory, state.alerts, session, this.#abort.signal, {
      onPassed: (offset) => this.#note(session, offset),
      onRefused: (reason) => this.#notices.once("alert", `An alert was not passed on: ${reason}`),
    });
  }

  /** Notes how far it has come. */
  #note(session: Session, alerts?: number): void {
    const { key } = this.#options;
    const before = this.#state.get(key) ?? NOTHING_DELIVERED;
    const { history, events, log } = this.#stream.feeds;
    const { uploaded, dealtWith, failed } = this.#files;
    const delivered = {
      entity: session.address.entity,
      project: session.address.project,
      history: history.place,
      events: events.place,
      log: log.place,
      alerts: alerts ?? before.alerts,
      // What was put counts once the server was told of it.
      files: uploaded.size === 0 ? dealtWith : before.files,
      failedFiles: failed,
      complete: this.#complete && this.#fileLoop.settled ? this.#end()?.time ?? null : null,
    };
    try {
      this.#state.set(key, delivered);
    } catch (error) {
      // Without notes the server is asked what it holds, which takes longer and comes to the same.
      this.#notices.once("state", `Cannot note how far the run was synced: ${reasonOf(error)}`);
    }
  }

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

  #sayStopped(): void {
    if (this.#stopSaid) return;
    this.#stopSaid = true;
    this.#options.events.stop();
  }

  #say(): void {
    if (this.#stream.feeds.history.oversized > 0) {
      const text = "A row is too large for the server, and was sent without its values";
      this.#notices.once("oversized", text);
    }
    const { status } = this;
    const text = JSON.stringify(status);
    if (text === this.#said) return;
    this.#said = text;
    this.#options.events.status(status);
  }
}
