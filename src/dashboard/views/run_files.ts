import { isObject, parseObject } from "../../record/json_object.ts";
import type { DashboardContext } from "../context.ts";
import type { FileRecord, StoredRun } from "../../server/store/store.ts";
import type { FilesSection } from "../sections/files.ts";
import type { CellList, DiffText, Fact, GitFacts, LogTail } from "../views.ts";
import { cellsOf, readCellSteps } from "./cell_list.ts";
import { runFacts } from "./facts.ts";
import { logLine, logTail } from "./log_tail.ts";
import { textOf } from "./text_of.ts";
import { internalConfig } from "./run_item.ts";

const FILES_SHOWN = 300;
/** What every run has, at the top of its folder. */
const KNOWN_FILES = [
  "config.yaml",
  "diff.patch",
  "output.log",
  "requirements.txt",
  "wandb-metadata.json",
  "wandb-summary.json",
];
const LOG_LINES = 300;
const MAX_LOG = 4_000_000;
const MAX_NOTEBOOK = 8_000_000;
const MAX_METADATA = 300_000;
const MAX_DIFF = 120_000;
const MAX_DIFF_LINES = 1_500;
const NOTEBOOK = "code/_session_history.ipynb";

/** The files of a run. */
export async function readFiles(
  { store, fileUrl }: DashboardContext,
  run: StoredRun,
): Promise<FilesSection> {
  const { files } = await store.files.list(run.key, { first: FILES_SHOWN });
  const { files: total, bytes } = await store.files.count(run.key);
  // Where there are more, media come before these, and are not what people look for.
  const { files: known } = total > files.length
    ? await store.files.list(run.key, { names: KNOWN_FILES })
    : { files: [] };
  const all = new Map([...known, ...files].map((file) => [file.path, file]));
  const items = Array.from(all.values(), (file) => ({
    path: file.path,
    size: file.size,
    changed: file.updatedAt,
    href: fileUrl(run, file),
  }));
  return { files: items, total, bytes };
}

/** The end of what a run printed: of its lines, or of the file when no lines were sent. */
export async function readLog(context: DashboardContext, run: StoredRun): Promise<LogTail> {
  const { store, fileUrl } = context;
  const file = await store.files.find(run.key, "output.log");
  const href = file && fileUrl(run, file);
  if (run.consoleLines > 0 || file === undefined) {
    return await logTail(store, run, { count: LOG_LINES, href });
  }
  const text = await readText(context, file, MAX_LOG) ?? "";
  const lines = text.split("\n").map((line, number) => logLine(number, line));
  if (text.endsWith("\n") || text === "") lines.pop();
  return { lines: lines.slice(-LOG_LINES), total: lines.length, ...(href && { href }) };
}

/** The cells of a run's notebook; null where it has none. */
export async function readCells(
  context: DashboardContext,
  run: StoredRun,
): Promise<CellList | null> {
  const { store, fileUrl } = context;
  const file = await store.files.find(run.key, NOTEBOOK);
  const text = await readText(context, file, MAX_NOTEBOOK);
  if (file === undefined || text === null) return null;
  const list = cellsOf(text, await readCellSteps(store.series, run.key));
  return list.total === 0 ? null : { ...list, href: fileUrl(run, file) };
}

/** What the run's client has said of its machine and program, in a file and in the config. */
export async function readMetadata(
  context: DashboardContext,
  run: StoredRun,
): Promise<Record<string, unknown>> {
  const file = await context.store.files.find(run.key, "wandb-metadata.json");
  const text = await readText(context, file, MAX_METADATA);
  if (text !== null) return parseObject(text) ?? {};
  // By the name of each process that wrote to the run.
  const { e: writers } = internalConfig(run);
  return (isObject(writers) ? Object.values(writers).find(isObject) : undefined) ?? {};
}

/** The run's machine and program. */
export async function readFacts(context: DashboardContext, run: StoredRun): Promise<Fact[]> {
  return runFacts(run, await readMetadata(context, run));
}

/** Where a run's code is from; null where nobody knows. */
export async function readGit(context: DashboardContext, run: StoredRun): Promise<GitFacts | null> {
  const metadata = await readMetadata(context, run);
  const git = isObject(metadata.git) ? metadata.git : {};
  const remote = run.repo ?? textOf(git.remote);
  const commit = run.commit ?? textOf(git.commit);
  const diff = await readDiff(context, run);
  return remote === "" && commit === "" && diff === null ? null : { remote, commit, diff };
}

async function readDiff(context: DashboardContext, run: StoredRun): Promise<DiffText | null> {
  const { store, readFile, fileUrl } = context;
  const file = await store.files.find(run.key, "diff.patch");
  if (file === undefined || file.size === 0) return null;
  const bytes = await readFile(file, MAX_DIFF);
  if (bytes === null) return null;
  const all = new TextDecoder().decode(bytes).split("\n");
  const lines = all.slice(0, MAX_DIFF_LINES);
  const cut = file.size > bytes.length || all.length > lines.length;
  if (!cut && lines.at(-1) === "") lines.pop();
  return { lines, size: file.size, cut, href: fileUrl(run, file) };
}

/** A file as a text; null where it is missing or longer than a page shows. */
async function readText(
  { readFile }: DashboardContext,
  file: FileRecord | undefined,
  limit: number,
): Promise<string | null> {
  if (file === undefined || file.size > limit) return null;
  const bytes = await readFile(file, limit);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
