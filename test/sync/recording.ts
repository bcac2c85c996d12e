import { join, RUN_FILES } from "../../src/record/layout.ts";
import type { RunLine } from "../../src/record/lines.ts";
import { thisProcess } from "../../src/record/liveness.ts";
import { readRows } from "../../src/run/recorded_run.ts";
import type { RunRecord } from "../../src/run/run_record.ts";
import type { Delivery, SyncStatus } from "../../src/sync/delivery.ts";
import { RunSync, type RunSyncOptions } from "../../src/sync/run_sync.ts";
import { Follower } from "../../src/view/follower.ts";

/** A run directory that a test writes line by line. */
export class Recording {
  readonly id: string;
  rows = 0;
  readonly time: number;

  constructor(readonly directory: string, options: { id?: string; time?: number } = {}) {
    this.id = options.id ?? "abcd1234";
    this.time = options.time ?? 1_795_500_000;
    Deno.mkdirSync(join(directory, RUN_FILES.files), { recursive: true });
    this.line({
      type: "run",
      version: 1,
      id: this.id,
      name: "calm-oak-1",
      project: "proj",
      tags: ["a", "b"],
      notes: "n1",
      group: "g",
      jobType: "train",
      mode: "online",
      resumed: false,
      time: this.time,
      process: thisProcess(),
      cellar: "0.1.0",
    });
  }

  line(line: RunLine): this {
    return this.append(RUN_FILES.run, JSON.stringify(line));
  }

  /** Logs rows of consecutive steps. */
  log(count: number, values: (i: number) => Record<string, unknown> = (i) => ({ loss: i })): this {
    let text = "";
    for (const end = this.rows + count; this.rows < end; this.rows++) {
      const i = this.rows;
      const row = { _step: i, _timestamp: this.time + i / 1000, _runtime: i / 1000, ...values(i) };
      text += JSON.stringify(row) + "\n";
    }
    return this.append(RUN_FILES.history, text.slice(0, -1));
  }

  append(file: string, text: string): this {
    Deno.writeTextFileSync(join(this.directory, file), text + "\n", { append: true });
    return this;
  }

  file(path: string, content: string, policy = "now"): this {
    const full = join(this.directory, RUN_FILES.files, path);
    Deno.mkdirSync(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(full, content);
    const line = { path, size: content.length, sha256: "00", policy, time: this.time };
    return this.append(RUN_FILES.fileList, JSON.stringify(line));
  }

  finish(exitCode = 0): this {
    return this.line({
      type: "finish",
      exitCode,
      time: this.time + this.rows / 1000,
      rows: this.rows,
      lost: 0,
      rejected: { rows: 0, values: 0 },
    });
  }

  /** The rows on disk, merged. */
  read(): Record<string, unknown>[] {
    return [...readRows(this.directory)];
  }
}

/** A delivery, and what it has said. */
export interface Syncing {
  readonly sync: RunSync;
  readonly statuses: SyncStatus[];
  readonly warnings: string[];
  readonly stops: number[];
}

/** Delivers a recording as the worker does. */
export function syncing(
  recording: { directory: string; id: string },
  baseUrl: string,
  options: Partial<RunSyncOptions> = {},
): Syncing {
  const follower = new Follower(recording.directory);
  const statuses: SyncStatus[] = [];
  const warnings: string[] = [];
  const stops: number[] = [];
  const record = (): RunRecord => {
    follower.readAll();
    return follower.record;
  };
  const sync = new RunSync({
    directory: recording.directory,
    key: { baseUrl, entity: undefined, project: "proj", id: recording.id },
    record,
    firstRetryMs: 50,
    events: {
      status: (status) => statuses.push(status),
      warn: (message) => warnings.push(message),
      stop: () => stops.push(1),
    },
    ...options,
  });
  return { sync, statuses, warnings, stops };
}

/** Delivers all that there is, as the command does. */
export async function deliver(
  recording: { directory: string; id: string },
  baseUrl: string,
  options: Partial<RunSyncOptions> = {},
): Promise<Delivery & { warnings: string[] }> {
  const { sync, warnings } = syncing(recording, baseUrl, options);
  return { ...await sync.finish(10_000), warnings };
}

/** Waits until something holds. */
export async function until(holds: () => boolean, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`it does not hold after ${ms} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
