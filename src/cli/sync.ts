import { existsSync } from "@std/fs";
import { harmless } from "../charts/escape.ts";
import { join, RUN_FILES, RUNS_FOLDER } from "../record/layout.ts";
import { runState } from "../run/recorded_run.ts";
import { listRunDirectories } from "../run/run_directory.ts";
import { counted } from "../charts/format.ts";
import type { Delivery, SyncStatus } from "../sync/delivery.ts";
import { readDelivery } from "../sync/recorded_delivery.ts";
import { RunSync } from "../sync/run_sync.ts";
import { Follower } from "../view/follower.ts";
import { CliError } from "./cli_error.ts";
import { findRun } from "./find_run.ts";
import type { Print } from "./program.ts";
import { readEach } from "./read_each.ts";
import { keyFor, serverOf } from "./server_of.ts";

/** Options of `cellar sync`. */
export interface SyncOptions {
  readonly baseUrl: string | undefined;
  readonly entity: string | undefined;
  readonly project: string | undefined;
  /** Seconds without any success after which a server is given up. */
  readonly timeout: number;
  readonly json: boolean;
}

/** What became of a run. */
export interface SyncOutcome extends Delivery {
  readonly id: string;
  readonly name: string;
  readonly directory: string;
  readonly state: string;
  readonly server: string;
  readonly warnings: readonly string[];
}

/** How long a whole run may take. */
const MAX_MS = 2_147_483_647;

/**
 * Delivers runs, one after the other, and says of each what was delivered.
 *
 * @throws {CliError} When something is left, or a run or a server cannot be told.
 */
export async function syncRuns(
  named: readonly string[],
  dir: string,
  options: SyncOptions,
  print: Print,
): Promise<void> {
  const directories = named.length > 0
    ? [...new Set(named.flatMap((name) => directoriesOf(name, dir)))]
    : unfinished(dir, options);
  const outcomes: SyncOutcome[] = [];
  for (const directory of directories) {
    const outcome = await syncRun(directory, options);
    outcomes.push(outcome);
    if (!options.json) print(harmless(inWords(outcome), true));
  }
  if (options.json) print(JSON.stringify(outcomes, null, 2));
  else if (outcomes.length === 0) print("Nothing to deliver");
  const left = outcomes.filter((outcome) => !isDelivered(outcome));
  if (left.length > 0) {
    throw new CliError(`${counted(left.length, "run")} of ${outcomes.length} not fully delivered`);
  }
}

/** Delivers one run. */
async function syncRun(directory: string, options: SyncOptions): Promise<SyncOutcome> {
  const follower = new Follower(directory);
  try {
    follower.readAll();
    const { record } = follower;
    const { start } = record;
    if (start === null) throw new CliError(`Cannot sync ${directory}: it holds no run`);
    const server = await serverOf(options.baseUrl, { ofRun: start.baseUrl });
    const entity = options.entity ?? start.entity;
    const apiKey = await keyFor(server);
    const warnings: string[] = [];
    const progress = options.json ? null : new Progress(start.name);
    const state = runState(record, directory);
    const gone = state === "crashed" || state === "failed";
    const sync = new RunSync({
      directory,
      key: { baseUrl: server, entity, project: options.project ?? start.project, id: start.id },
      apiKey,
      record: () => {
        follower.readAll();
        return follower.record;
      },
      // As W&B has it: a run without an end has not succeeded.
      ...(gone ? { crashed: { exitCode: 1, time: record.lastTimestamp ?? start.time } } : {}),
      patienceMs: options.timeout * 1000,
      events: {
        status: (status) => progress?.show(status),
        warn: (message) => warnings.push(message),
        stop: () => {},
      },
    });
    const delivery = await sync.finish(MAX_MS);
    progress?.clear();
    const { id, name } = start;
    return { id, name, directory, state, server, ...delivery, warnings };
  } finally {
    follower.close();
  }
}

/** A run directory, a run's id, or a folder of runs. */
function directoriesOf(name: string, dir: string): string[] {
  if (!existsSync(join(name, RUN_FILES.run))) {
    const below = listRunDirectories(name);
    if (below.length > 0) return below;
    const inside = name.replace(/\/+$/, "").endsWith(`/${RUNS_FOLDER}`) || name === RUNS_FOLDER;
    if (inside) return listRunDirectories(name.slice(0, -RUNS_FOLDER.length) || ".");
  }
  return [findRun(name, dir)];
}

/** Runs of which a server lacks something: those that name one, or all when one is named. */
function unfinished(dir: string, { baseUrl }: SyncOptions): string[] {
  const deliveries = readEach(listRunDirectories(dir), readDelivery);
  return deliveries.filter(({ targets }) => {
    if (baseUrl === undefined) return targets.some(({ complete }) => !complete);
    return !targets.some((target) => target.baseUrl === baseUrl && target.complete);
  }).map(({ directory }) => directory).reverse();
}

function isDelivered({ left, filesLeft, complete, state, phase }: SyncOutcome): boolean {
  const done = left === 0 && filesLeft === 0 && phase === "synced";
  return done && (complete || state === "running");
}

function inWords(outcome: SyncOutcome): string {
  const { id, name, delivered, left, filesLeft, reason, phase, state, url, warnings } = outcome;
  const head = `${name} (${id}): `;
  const place = url === null ? "" : `; ${url}`;
  if (isDelivered(outcome)) {
    const going = state === "running" ? ", still running" : "";
    return `${head}delivered, ${counted(delivered, "row")}${going}${place}`;
  }
  const why = phase === "elsewhere"
    ? "another process is delivering it"
    : reason ?? warnings[0] ?? "it was interrupted";
  const files = filesLeft === 0 ? "" : ` and ${counted(filesLeft, "file")}`;
  const of = (delivered + left).toLocaleString("en-US");
  return `${head}${left.toLocaleString("en-US")} of ${of} rows${files} left: ${why}${place}`;
}

/** A line on a terminal that says how far a run is. */
class Progress {
  readonly #name: string;
  readonly #shown = Deno.stderr.isTerminal();
  #length = 0;

  constructor(name: string) {
    this.#name = name;
  }

  show({ delivered, left, phase }: SyncStatus): void {
    if (!this.#shown) return;
    const share = `${delivered.toLocaleString("en-US")} of ${
      (delivered + left).toLocaleString("en-US")
    } rows`;
    this.#write(
      `${harmless(this.#name, true)}: ${share}${
        phase === "waiting" ? ", waiting for the server" : ""
      }`,
    );
  }

  clear(): void {
    if (this.#shown) this.#write("");
  }

  #write(text: string): void {
    const padded = text.padEnd(this.#length);
    this.#length = text.length;
    Deno.stderr.writeSync(new TextEncoder().encode(`\r${padded}\r${text}`));
  }
}
