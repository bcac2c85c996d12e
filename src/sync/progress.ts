import { reasonOf } from "../names/reason.ts";
import type { Feeds } from "./bind.ts";
import type { FileSender } from "./file_sender.ts";
import type { Held } from "./held.ts";
import type { RunAddress } from "./payload/upsert.ts";
import type { Session } from "./session.ts";
import {
  NOTHING_DELIVERED,
  SyncStateFile,
  type TargetKey,
  type TargetState,
} from "./state/sync_state.ts";
import type { RunEnd } from "./stream_sender.ts";

/** What {@linkcode Progress} notes. */
export interface ProgressContext {
  readonly directory: string;
  readonly key: TargetKey;
  readonly feeds: Feeds;
  readonly files: FileSender;
  /** How the run has ended, once all that belongs to it is dealt with; null before. */
  readonly settled: () => RunEnd | null;
  /** It cannot be noted. */
  readonly onFault: (reason: string) => void;
}

/** How far a run has come on one server; noted in its directory, so that another process can go on. */
export class Progress {
  /** Where the run is on the server; null until that is known. */
  address: RunAddress & { readonly entity: string } | null = null;
  /** Whether the run has ended on the server. */
  complete = false;
  readonly #context: ProgressContext;
  readonly #file: SyncStateFile;

  constructor(context: ProgressContext) {
    this.#context = context;
    this.#file = new SyncStateFile(context.directory);
    this.#goOn();
  }

  /** What is noted; null when the run was never sent there. */
  get state(): TargetState | null {
    return this.#file.get(this.#context.key);
  }

  /** The byte of `run.jsonl` up to which alerts were passed on. */
  get alerts(): number {
    return (this.state ?? NOTHING_DELIVERED).alerts;
  }

  /** Goes on from where another process has come to. */
  reload(): void {
    this.#file.reload();
    this.#goOn();
  }

  /** Whether a run that has ended is on the server, with all that belongs to it. */
  isDelivered(held: Held, end: RunEnd | null): boolean {
    const { state } = this;
    return state !== null && end !== null && state.complete === end.time &&
      state.failedFiles.length === 0 && held.history >= state.history.line &&
      held.events >= state.events.line && held.log >= state.log.line;
  }

  /**
   * Notes how far it has come.
   *
   * @param alerts The byte of `run.jsonl` up to which alerts were passed on, when that has changed.
   */
  note({ address }: Session, alerts: number = this.alerts): void {
    const { key, feeds, files, settled, onFault } = this.#context;
    const { uploaded, dealtWith, failed } = files;
    const state = {
      entity: address.entity,
      project: address.project,
      history: feeds.history.place,
      events: feeds.events.place,
      log: feeds.log.place,
      alerts,
      // What was put counts once the server was told of it.
      files: uploaded.size === 0 ? dealtWith : (this.state ?? NOTHING_DELIVERED).files,
      failedFiles: failed,
      complete: this.complete ? settled()?.time ?? null : null,
    };
    try {
      this.#file.set(key, state);
    } catch (error) {
      // Without notes the server is asked what it holds, which takes longer and comes to the same.
      onFault(reasonOf(error));
    }
  }

  /** The run directory was removed and made again; rows find that out themselves. */
  beginAnew(): void {
    const { state } = this;
    if (state === null) return;
    this.#file.set(this.#context.key, { ...state, alerts: 0, files: 0, failedFiles: [] });
  }

  #goOn(): void {
    const { key, feeds, files } = this.#context;
    const { state } = this;
    if (state === null) return;
    this.address = { entity: state.entity, project: state.project, id: key.id };
    feeds.history.place = state.history;
    files.goOnFrom(state.files, state.failedFiles);
  }
}
