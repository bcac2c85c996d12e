import { resolve } from "node:path";
import { reasonOf } from "../names/reason.ts";
import { harmless } from "../charts/escape.ts";
import { recordConsole } from "../console/record_console.ts";
import { readKey } from "../login/login_file.ts";
import { currentNotebook } from "../notebook/jupyter.ts";
import type { StartLine } from "../record/lines.ts";
import { isGranted } from "../record/permissions.ts";
import { makeRunId } from "../run/names.ts";
import { findResumable } from "../run/resume.ts";
import { linkLatestRun } from "../run/run_directory.ts";
import { Run } from "../run/run.ts";
import { RunRecord } from "../run/run_record.ts";
import { type InitOptions, type ResolvedSettings, resolveSettings } from "../run/settings.ts";
import type { RemoteRun } from "../sync/remote_run.ts";
import type { SyncSettings } from "../sync/settings.ts";
import { trackKernel } from "./cells.ts";
import { chooseDirectory } from "./choose_directory.ts";
import { activeRuns, currentRun, enter, leave } from "./current.ts";
import { finishAtExit } from "./exit.ts";
import { asReplayed } from "./replayed.ts";
import { accompany } from "./live_run.ts";
import { findRemoteRun } from "./remote_run.ts";
import { thisProgram } from "./program.ts";
import { startLine } from "./start_line.ts";
import { shortPath } from "../view/short_path.ts";

/**
 * Begins a run, and makes it the current one.
 *
 * In a notebook it shows the panel, finishes the run before it, and returns when it is proven that
 * no cell is missed from now on, or after a second. Else it waits for nothing but the directory:
 * charts, hardware and the rest follow in the background. Where the directory cannot be
 * written the run is recorded in a temporary one, with a warning.
 *
 * @example
 * ```ts
 * import { init } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", config: { lr: 0.01 }, mode: "disabled" });
 * run.log({ loss: 0.5 });
 * await run.finish();
 * ```
 *
 * @throws {TypeError} When an option breaks the rules for it.
 * @throws {Error} When `resume` forbids what is there.
 */
export async function init(options: InitOptions = {}): Promise<Run> {
  const settings = asReplayed(resolveSettings(options));
  const kernel = currentNotebook();
  const notebook = kernel !== null;
  const tracking = kernel === null || settings.mode === "disabled" ? null : trackKernel(kernel);
  // Which cell calls is known only until the first await.
  tracking?.enter();
  const reinit = settings.reinit ?? (notebook ? "finish_previous" : "create_new");
  const previous = currentRun();
  if (previous !== null && reinit === "return_previous") return previous;
  if (reinit === "finish_previous") await Promise.all(activeRuns().map((run) => run.finish()));

  const startedAt = new Date();
  const dir = resolve(settings.dir);
  const warnings: string[] = [];
  const apiKey = await keyFor(settings, warnings);
  const remote = await findRemoteRun(settings, {
    dir,
    apiKey,
    warn: (message) => warnings.push(message),
  });
  const resumed = settings.mode === "disabled" || remote !== null
    ? null
    : findResumable(dir, settings.id, settings.resume);
  const id = settings.id ?? makeRunId();
  const directory = resumed?.directory ?? chooseDirectory(settings, dir, id, startedAt, warnings);
  const previousRun = remote ?? resumed?.record.start ?? null;
  const start = startLine(settings, { id, dir, startedAt, previous: previousRun });
  const record = remote === null ? resumed?.record : recordOf(start, remote);
  const run = new Run({
    start,
    config: remote === null ? settings.config : { ...remote.config, ...settings.config },
    directory,
    ...(record === undefined ? {} : { resumed: record }),
    strictNames: settings.strictNames,
    // Names and messages may come from elsewhere, and a terminal obeys what is in them.
    say: (message) => console.warn(`cellar: ${harmless(message)}`),
    ...(tracking === null ? {} : { cell: tracking.cell }),
    onFinish: leave,
  });
  for (const { type: _, name, ...definition } of remote?.metrics ?? []) {
    run.defineMetric(name, definition);
  }
  for (const message of warnings) run.warn(`init:${message}`, message);
  enter(run);
  if (!notebook) finishAtExit();
  if (directory === null) return run;

  linkLatestRun(directory);
  const talkative = !notebook && !settings.quiet;
  const name = harmless(run.name, true);
  if (talkative) console.error(`cellar: run ${name}, recorded in ${shortPath(directory)}`);
  const cells = await tracking?.track({ console: settings.capture }) ?? null;
  if (cells !== null && cells.early === null) {
    run.warn(
      "cells",
      "The kernel could not be listened to: its cells may be missing from the record",
    );
  }
  const companion = accompany(run, {
    directory,
    cells,
    tracking,
    panel: settings.panel,
    interrupt: settings.interrupt,
    system: settings.system,
    sync: syncSettings(settings, run, apiKey),
    onUrl: (url) => {
      run.located(url);
      if (talkative) console.error(`cellar: run ${name} is at ${url}`);
    },
    provenance: {
      ...thisProgram(startedAt, notebook),
      root: dir,
      git: settings.git,
      code: settings.code,
      // Who wants no samples wants no GPU to be looked at.
      nvidiaSmi: settings.system === null ? null : settings.system.nvidiaSmi ?? "nvidia-smi",
    },
    ...(talkative ? { onSummary: (text: string) => console.error(closing(run, text)) } : {}),
  });
  if (companion !== null) {
    run.accompany(companion);
    await tracking?.handOver(() => companion.poll());
  }
  if (!notebook && settings.capture) captureConsole(run, directory);
  return run;
}

/** Where the run is delivered to; null when it stays local. */
function syncSettings(
  { apiKey: given, baseUrl, mode, entity, syncTimeout }: ResolvedSettings,
  run: Run,
  apiKey: string | undefined,
): SyncSettings | null {
  if (baseUrl === undefined || mode !== "online") return null;
  return {
    baseUrl,
    ...(apiKey === undefined ? {} : { apiKey }),
    keyIsKept: given === undefined && mayReadKey(),
    ...(entity === undefined ? {} : { entity }),
    project: run.project,
    id: run.id,
    timeoutMs: syncTimeout,
  };
}

/** The key for the server: the one that was given, or what `cellar login` has kept. */
async function keyFor(
  { apiKey, baseUrl, mode }: ResolvedSettings,
  warnings: string[],
): Promise<string | undefined> {
  if (apiKey !== undefined || baseUrl === undefined || mode !== "online") return apiKey;
  if (!mayReadKey()) return undefined;
  try {
    return await readKey(baseUrl);
  } catch (error) {
    warnings.push(reasonOf(error));
    return undefined;
  }
}

function mayReadKey(): boolean {
  return isGranted({ name: "env" }) && isGranted({ name: "read" });
}

/** What is known here of a run that goes on from a server: its rows stay there. */
function recordOf(start: StartLine, { lastStep }: RemoteRun): RunRecord {
  const record = new RunRecord();
  record.applyLine(start);
  if (lastStep >= 0) record.lastStep = lastStep;
  return record;
}

/** In a notebook the cells are recorded with what they print. */
function captureConsole(run: Run, directory: string): void {
  try {
    run.recordConsole(recordConsole(directory));
  } catch (error) {
    run.warn("console", `Cannot record what is printed: ${reasonOf(error)}`);
  }
}

function closing(run: Run, summary: string): string {
  const place = run.directory === null
    ? ""
    : `\ncellar: run ${harmless(run.name, true)} is in ${shortPath(run.directory)}`;
  // Said once when it was found out, which what was printed since has pushed away.
  const page = run.url === null ? "" : `\ncellar: run ${harmless(run.name, true)} is at ${run.url}`;
  return summary + place + page;
}
