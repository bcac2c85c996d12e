import { isObject, parseObject } from "../../../record/json_object.ts";
import { normalizeFilePath } from "../../files/paths.ts";
import { Refusal } from "../../refusal.ts";
import type { StoredRun } from "../../store/store.ts";
import { parseConsoleLine } from "../console_line.ts";
import type { Context } from "../context.ts";
import { historyKeys } from "../history_keys.ts";
import { makeId, toDateTime } from "../ids.ts";
import { sampledHistory, sampleLines } from "../sample_history.ts";
import { emptyConnection } from "./connection.ts";
import { FileType } from "./file.ts";
import { ProjectType } from "./project.ts";
import { UserType } from "./user.ts";

/** A run. `name` is its id, as everywhere in W&B's schema, and `id` its number in the store. */
export class RunType {
  readonly stored: StoredRun;

  constructor(stored: StoredRun) {
    this.stored = stored;
  }

  id() {
    return makeId("Run", this.stored.key);
  }
  projectId() {
    return String(this.stored.projectKey);
  }
  async project(_args: unknown, { services }: Context) {
    const project = await services.store.projects.find(this.stored.entity, this.stored.project);
    return project && new ProjectType(project);
  }
  name() {
    return this.stored.id;
  }
  displayName() {
    return this.stored.displayName;
  }
  sweepName() {
    return this.stored.sweep;
  }
  state() {
    return this.stored.state;
  }
  stopped() {
    return this.stored.stopRequested;
  }
  config(_args: unknown, context: Context) {
    return context.give(this.stored.config);
  }
  summaryMetrics(_args: unknown, context: Context) {
    return context.give(this.stored.summary);
  }
  group() {
    return this.stored.group;
  }
  groupName() {
    return this.stored.group;
  }
  jobType() {
    return this.stored.jobType;
  }
  commit() {
    return this.stored.commit;
  }
  host() {
    return this.stored.host;
  }
  readOnly(_args: unknown, { visitor }: Context) {
    return !visitor.mayWrite(this.stored.entity);
  }
  createdAt() {
    return toDateTime(this.stored.createdAt);
  }
  heartbeatAt() {
    return toDateTime(this.stored.heartbeatAt);
  }
  description(_args: unknown, context: Context) {
    return this.stored.description && context.give(this.stored.description);
  }
  notes(_args: unknown, context: Context) {
    return this.stored.notes && context.give(this.stored.notes);
  }
  tags() {
    return this.stored.tags;
  }
  user() {
    return new UserType(this.stored.username);
  }
  historyLineCount() {
    return this.stored.historyLines;
  }
  eventsLineCount() {
    return this.stored.eventLines;
  }
  logLineCount() {
    return this.stored.consoleLines;
  }

  /** The asked keys of the configuration's own part. */
  wandbConfig({ keys }: { keys?: readonly string[] | null }, context: Context) {
    context.give(this.stored.config);
    const own = parseObject(this.stored.config)?._wandb;
    const value = isObject(own) && isObject(own.value) ? own.value : {};
    const asked = keys ?? Object.keys(value);
    return JSON.stringify(
      Object.fromEntries(
        asked.filter((key) => Object.hasOwn(value, key)).map((k) => [k, value[k]]),
      ),
    );
  }

  /** The last value of each system metric. */
  async systemMetrics(_args: unknown, context: Context) {
    const series = await context.services.store.series.list(this.stored.key, "events");
    context.spend(series.length);
    const values = series.filter(({ kind, key }) => kind === "number" && key.startsWith("system."))
      .map(({ key, last }) => [key, last]);
    return JSON.stringify(Object.fromEntries(values));
  }

  async historyTail(_args: unknown, context: Context) {
    return await lastLine(context, this.stored, "history");
  }

  async eventsTail(_args: unknown, context: Context) {
    return await lastLine(context, this.stored, "events");
  }

  historyKeys(_args: unknown, context: Context) {
    return historyKeys(context, this.stored);
  }

  history(
    args: { samples?: number | null; minStep?: number | null; maxStep?: number | null },
    context: Context,
  ) {
    const { samples, minStep, maxStep } = args;
    return sampleLines(context, this.stored, "history", samples, {
      ...(typeof minStep === "number" && { xFrom: minStep }),
      ...(typeof maxStep === "number" && { xTo: maxStep }),
    });
  }

  events({ samples }: { samples?: number | null }, context: Context) {
    return sampleLines(context, this.stored, "events", samples);
  }

  sampledHistory({ specs }: { specs: readonly string[] }, context: Context) {
    return sampledHistory(context, this.stored, specs);
  }

  /** There are no Parquet files: clients read all rows from where the live ones begin. */
  async parquetHistory(_args: unknown, context: Context) {
    context.spend(BLOCK_ROWS);
    const [line] = await context.services.store.lines.read(this.stored.key, "history", {
      limit: 1,
    });
    const step = line && parseObject(line.text)?._step;
    return {
      parquetUrls: [],
      liveData: line === undefined ? [] : [{ _step: typeof step === "number" ? step : 0 }],
    };
  }

  async logLines(
    args: { first?: number | null; last?: number | null; after?: string | null },
    context: Context,
  ) {
    const { lines } = context.services.store;
    const total = this.stored.consoleLines;
    const limit = Math.min(Math.max(args.first ?? args.last ?? 1000, 0), 10_000);
    const from = args.after ? Number(args.after) + 1 : 0;
    if (!Number.isSafeInteger(from)) throw new Refusal("Cannot go on after that console line");
    const isTail = typeof args.last === "number" && typeof args.first !== "number";
    const read = isTail
      ? await lines.tail(this.stored.key, "console", limit)
      : await lines.read(this.stored.key, "console", { from, limit });
    context.spend(read.length);
    const last = read.at(-1)?.number;
    return {
      edges: read.map(({ number, text }) => {
        const { level, timestamp, label, text: line } = parseConsoleLine(context.give(text));
        return { node: { number, timestamp, level, label, line }, cursor: String(number) };
      }),
      pageInfo: {
        endCursor: last === undefined ? null : String(last),
        hasNextPage: last !== undefined && last + 1 < total,
      },
    };
  }

  async fileCount(_args: unknown, { services }: Context) {
    return (await services.store.files.count(this.stored.key)).files;
  }

  async files(
    args: {
      names?: readonly (string | null)[] | null;
      after?: string | null;
      first?: number | null;
      pattern?: string | null;
    },
    context: Context,
  ) {
    const names = (args.names ?? []).filter((name) => name !== null).map(normalizeFilePath);
    const page = await context.services.store.files.list(this.stored.key, {
      names: names.length > 0 ? names : undefined,
      pattern: args.pattern ?? undefined,
      first: args.first ?? 50,
      after: args.after ?? null,
    });
    context.spend(page.files.length);
    return {
      edges: page.files.map((file, i) => ({
        node: new FileType(file, this.stored.entity),
        cursor: page.cursors[i],
      })),
      pageInfo: { endCursor: page.endCursor, hasNextPage: page.hasNextPage },
    };
  }

  outputArtifacts() {
    return emptyConnection();
  }
  inputArtifacts() {
    return emptyConnection();
  }
}

/**
 * A run as a client that resumes it sees it: without `_runtime`. W&B's SDK multiplies what it finds
 * there by a billion.
 */
export class ResumableRunType extends RunType {
  override summaryMetrics(_args: unknown, context: Context) {
    context.give(this.stored.summary);
    const { _runtime, _wandb, ...summary } = parseObject(this.stored.summary) ?? {};
    const { runtime: _, ...own } = isObject(_wandb) ? _wandb : {};
    return JSON.stringify(Object.keys(own).length > 0 ? { ...summary, _wandb: own } : summary);
  }

  override async historyTail(args: unknown, context: Context) {
    return withoutRuntime(await super.historyTail(args, context));
  }

  override async eventsTail(args: unknown, context: Context) {
    return withoutRuntime(await super.eventsTail(args, context));
  }
}

/** What a line counts for by itself: the whole block that it is in has to be read. */
const BLOCK_ROWS = 100;

/** The last line of a stream, in a list, as JSON. */
async function lastLine(
  context: Context,
  run: StoredRun,
  stream: "history" | "events",
): Promise<string> {
  context.spend(BLOCK_ROWS);
  const lines = await context.services.store.lines.tail(run.key, stream, 1);
  return JSON.stringify(lines.map(({ text }) => context.give(text)));
}

function withoutRuntime(tail: string): string {
  const lines: string[] = JSON.parse(tail);
  return JSON.stringify(lines.map((line) => {
    const { _runtime, ...row } = parseObject(line) ?? {};
    return JSON.stringify(row);
  }));
}
