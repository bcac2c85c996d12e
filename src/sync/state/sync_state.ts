import { join, RUN_FILES } from "../../record/layout.ts";
import { BEGINNING, type Place } from "./place.ts";

/** How far a run was delivered to one server. */
export interface TargetState {
  /** Where it is there, as the server named it. */
  readonly entity: string;
  readonly project: string;
  readonly history: Place;
  readonly events: Place;
  readonly log: Place;
  /** The byte of `run.jsonl` up to which alerts were passed on. */
  readonly alerts: number;
  /** Lines of `files.jsonl` that were dealt with. */
  readonly files: number;
  /** Files that could not be uploaded, and are tried again the next time. */
  readonly failedFiles: readonly string[];
  /** The time of the run's end, once the server was told of it with all that belongs to the run. */
  readonly complete: number | null;
}

/** A run of which the server holds nothing. */
export const NOTHING_DELIVERED: TargetState = {
  entity: "",
  project: "",
  history: BEGINNING,
  events: BEGINNING,
  log: BEGINNING,
  alerts: 0,
  files: 0,
  failedFiles: [],
  complete: null,
};

/** Which run on which server a state is about. */
export interface TargetKey {
  readonly baseUrl: string;
  /** As it was asked for; the server's default when undefined. */
  readonly entity: string | undefined;
  readonly project: string;
  readonly id: string;
}

const MAX_FAILED_FILES = 1_000;

/**
 * `sync.json` of a run directory: a state for each server that the run was sent to. It is written
 * aside and moved, so that a crash leaves the old one or the new one; an older one is as good, since
 * whatever is sent again lands where it was before.
 */
export class SyncStateFile {
  readonly #path: string;
  #targets: Map<string, TargetState>;

  constructor(directory: string) {
    this.#path = join(directory, RUN_FILES.syncState);
    this.#targets = readTargets(this.#path);
  }

  /** Reads it again: another process may have gone on with the delivery. */
  reload(): void {
    this.#targets = readTargets(this.#path);
  }

  /** How far a run was delivered; null when it was never sent there. */
  get(key: TargetKey): TargetState | null {
    return this.#targets.get(nameOf(key)) ?? null;
  }

  /** All that is known, by server and run. */
  entries(): IterableIterator<[string, TargetState]> {
    return this.#targets.entries();
  }

  /** Keeps a state. */
  set(key: TargetKey, state: TargetState): void {
    const failedFiles = state.failedFiles.slice(-MAX_FAILED_FILES);
    this.#targets.set(nameOf(key), { ...state, failedFiles });
    const temporary = `${this.#path}.new`;
    const targets = Object.fromEntries(this.#targets);
    Deno.writeTextFileSync(temporary, JSON.stringify({ version: 1, targets }, null, 1) + "\n");
    Deno.renameSync(temporary, this.#path);
  }
}

function nameOf({ baseUrl, entity, project, id }: TargetKey): string {
  return `${baseUrl} ${entity ?? ""}/${project}/${id}`;
}

function readTargets(path: string): Map<string, TargetState> {
  const targets = new Map<string, TargetState>();
  let content: unknown;
  try {
    content = JSON.parse(Deno.readTextFileSync(path));
  } catch {
    // None, or damaged: what the server holds is asked for instead.
    return targets;
  }
  const { version, targets: kept } = Object(content) as { version?: unknown; targets?: unknown };
  if (version !== 1 || typeof kept !== "object" || kept === null) return targets;
  for (const [name, state] of Object.entries(kept)) {
    if (isState(state)) targets.set(name, state);
  }
  return targets;
}

function isState(value: unknown): value is TargetState {
  const state = Object(value) as Partial<TargetState>;
  return typeof state.entity === "string" && typeof state.project === "string" &&
    [state.history, state.events, state.log].every(isPlace) && isCount(state.alerts) &&
    isCount(state.files) && Array.isArray(state.failedFiles) &&
    state.failedFiles.every((path) => typeof path === "string") &&
    (state.complete === null || typeof state.complete === "number");
}

function isPlace(value: unknown): value is Place {
  const { row, line, from, offset } = Object(value) as Partial<Place>;
  return [row, line, from, offset].every(isCount) && (from ?? 0) <= (row ?? 0);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
