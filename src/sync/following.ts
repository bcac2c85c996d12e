import type { RunRecord } from "../run/run_record.ts";
import { sendAlerts } from "./alerts.ts";
import type { FactsReader } from "./facts_reader.ts";
import type { FileLoop } from "./file_loop.ts";
import type { FileSender } from "./file_sender.ts";
import type { Notices } from "./notices.ts";
import { Pace } from "./pace.ts";
import type { Progress } from "./progress.ts";
import type { Session } from "./session.ts";
import type { Sleeper } from "./sleeper.ts";
import type { RunEnd, StreamSender } from "./stream_sender.ts";
import type { Trouble } from "./trouble.ts";

/** What a {@linkcode Following} works with. */
export interface FollowingContext {
  readonly directory: string;
  readonly stream: StreamSender;
  readonly facts: FactsReader;
  readonly files: FileSender;
  readonly fileLoop: FileLoop;
  readonly progress: Progress;
  readonly trouble: Trouble;
  readonly notices: Notices;
  readonly sleeper: Sleeper;
  readonly signal: AbortSignal;
  /** What the run's lines add up to; read to the end of the files when `all` is asked for. */
  readonly record: (all: boolean) => RunRecord;
  /** How the run has ended; null while it goes on. */
  readonly end: () => RunEnd | null;
  /** Whether only what is recorded by now is to be delivered. */
  readonly closing: () => boolean;
  /** Called when something was sent, or nothing was due. */
  readonly onSent: () => void;
}

/** To Cellar's own server rows go as they come; W&B asks for one request in 15 s. */
const LIVE_INTERVAL_MS = 150;
const INTERVAL_MS = 15_000;
/** How often it is looked for something to send to other servers. */
const TICK_MS = 1_000;
const LIVE_CONFIG_MS = 1_000;
const CONFIG_MS = 5_000;
/** Saying how the config stands takes at most this share of the time. */
const CONFIG_SHARE = 0.05;
/** How long the last rows wait for the last files, to end the run in one request. */
const FILES_GRACE_MS = 1_000;

/** How the run stands as one round of sending begins. */
interface Round {
  readonly closing: boolean;
  readonly record: RunRecord;
  /** How the run has ended; null while it goes on, and while nobody waits for its end. */
  readonly end: RunEnd | null;
}

/** Sends to a server what comes of a run, until the run has ended there or is given up here. */
export class Following {
  readonly #context: FollowingContext;
  readonly #session: Session;
  readonly #config: Pace;
  /** When rows are due, in milliseconds of the monotonic clock. */
  #streamDue = 0;
  /** Until when the server has asked to be left alone, which holds at the end too. */
  #restUntil = 0;
  #waitedForFiles = false;

  constructor(context: FollowingContext, session: Session) {
    this.#context = context;
    this.#session = session;
    const every = session.features.live ? LIVE_CONFIG_MS : CONFIG_MS;
    this.#config = new Pace(every, CONFIG_SHARE, performance.now() + every);
  }

  /** @throws {SyncFault} When the server does not answer, or refuses. */
  async run(): Promise<void> {
    const { signal, sleeper, closing } = this.#context;
    const tick = this.#session.features.live ? LIVE_INTERVAL_MS : TICK_MS;
    while (!signal.aborted) {
      const round = this.#beginRound();
      await this.#passAlerts();
      if (round.closing || this.#config.isDue()) await this.#sayConfig(round.record);
      if (round.end !== null) await this.#waitForFiles();
      if (round.closing) await sleeper.rest(this.#restUntil - performance.now(), signal);
      if (round.closing || performance.now() >= this.#streamDue) {
        const next = await this.#send(round);
        if (next === "done") return;
        if (next === "again") continue;
      }
      // The end of the run may have come meanwhile, and does not wait for a tick.
      if (closing() === round.closing) await sleeper.sleep(tick);
    }
  }

  #beginRound(): Round {
    const closing = this.#context.closing();
    const record = this.#context.record(closing);
    return { closing, record, end: closing ? this.#context.end() : null };
  }

  async #passAlerts(): Promise<void> {
    const { directory, progress, notices, signal } = this.#context;
    await sendAlerts(directory, progress.alerts, this.#session, signal, {
      onPassed: (offset) => progress.note(this.#session, offset),
      onRefused: (reason) => notices.once("alert", `An alert was not passed on: ${reason}`),
    });
  }

  async #sayConfig(record: RunRecord): Promise<void> {
    const { facts, signal } = this.#context;
    const begin = performance.now();
    await this.#session.update(record, await facts.read(), signal);
    this.#config.done(begin);
  }

  async #waitForFiles(): Promise<void> {
    if (this.#waitedForFiles) return;
    this.#waitedForFiles = true;
    await this.#context.fileLoop.wait(FILES_GRACE_MS);
  }

  /** Sends rows and what goes with them; says whether to go on at once, after a tick, or not. */
  async #send({ closing, record, end }: Round): Promise<"done" | "again" | "tick"> {
    const { stream, files, fileLoop, progress, trouble, notices, signal, onSent } = this.#context;
    const uploaded = [...files.uploaded];
    const answer = await stream.send(this.#session, {
      record,
      uploaded,
      ended: end !== null,
      closing,
      complete: fileLoop.done ? end : null,
    }, signal);
    trouble.succeeded();
    if (answer !== null) {
      for (const name of uploaded) files.uploaded.delete(name);
      if (answer.completed) progress.complete = true;
      progress.note(this.#session);
      if (answer.stopped) notices.stop();
      this.#pause(closing || answer.more, answer.pauseMs);
    }
    onSent();
    if (progress.complete) return "done";
    if (answer !== null) return answer.more || closing ? "again" : "tick";
    if (!closing) return "tick";
    // Of a run that goes on, only what is there by now was to be sent.
    if (end === null && fileLoop.done) return "done";
    await fileLoop.wait(TICK_MS);
    return "again";
  }

  /** @param askedMs How long the server has asked to wait. */
  #pause(soon: boolean, askedMs: number): void {
    const interval = this.#session.features.live ? LIVE_INTERVAL_MS : INTERVAL_MS;
    const now = performance.now();
    this.#streamDue = now + Math.max(soon ? 0 : interval, askedMs);
    this.#restUntil = now + askedMs;
  }
}
