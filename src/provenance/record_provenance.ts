import { readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Json } from "../record/lines.ts";
import type { PackagesLine } from "../record/provenance_lines.ts";
import { describeHardware } from "../system/describe.ts";
import { copyCode } from "./copy_code.ts";
import { commandLineFlags, type DenoFlags } from "./deno_flags.ts";
import { codePathLocal, describeEnvironment, isAddress } from "./environment.ts";
import { localImports } from "./local_imports.ts";
import { type LockedPackages, readLock } from "./lock_file.ts";
import { wandbMetadata } from "./metadata.ts";
import { moduleGraph } from "./module_graph.ts";
import type { ProvenanceOptions } from "./options.ts";
import { findProject, type Project } from "./project.ts";
import { ProvenanceLog } from "./provenance_log.ts";
import { recordGit } from "./record_git.ts";
import { requirements } from "./requirements.ts";
import { RunFiles } from "./run_files.ts";

/** What {@linkcode recordProvenance} works with. */
export interface ProvenanceContext {
  /** The run directory. */
  readonly directory: string;
  /** Cuts short what takes time; what is known by then is recorded. */
  readonly until: AbortSignal;
  warn(message: string): void;
}

/** Deno answers in 30 ms, or when it has fetched what it lacks. */
const GRAPH_TIMEOUT_MS = 10_000;
const MAX_LOCK = 64 * 1024 * 1024;

/**
 * Records where a run comes from: code, Git state, packages, machine. Each part is written as soon
 * as it is known, to `provenance.jsonl` and, in W&B's shapes, below `files/`; what a session has
 * recorded already is left as it is.
 */
export async function recordProvenance(
  options: ProvenanceOptions,
  context: ProvenanceContext,
): Promise<void> {
  const { script, cwd } = options;
  const folder = script === null || isAddress(script) ? cwd : dirname(script);
  const flags = await commandLineFlags(script, cwd);
  const project = findProject(folder, flags.config);
  const log = new ProvenanceLog(context.directory, options.startedAt);
  const files = new RunFiles(context.directory);
  const session = new Session(options, context, { log, files, project, flags });
  try {
    await session.record(folder);
  } finally {
    log.close();
    files.close();
  }
}

interface Parts {
  readonly log: ProvenanceLog;
  readonly files: RunFiles;
  readonly project: Project;
  readonly flags: DenoFlags;
}

/** One session of a run: from its beginning, or its resumption, to its end. */
class Session {
  readonly #options: ProvenanceOptions;
  readonly #context: ProvenanceContext;
  readonly #parts: Parts;

  constructor(options: ProvenanceOptions, context: ProvenanceContext, parts: Parts) {
    this.#options = options;
    this.#context = context;
    this.#parts = parts;
  }

  async record(folder: string): Promise<void> {
    const { log, project } = this.#parts;
    if (!log.has("environment")) log.add(describeEnvironment(this.#options, project.root));
    // Known at once, so that a run which is killed has it too.
    await this.#part("metadata", () => this.#metadata());
    await Promise.all([
      this.#part("Git state", () => this.#git([folder, this.#options.cwd])),
      this.#part("code", () => this.#code()),
      this.#part("hardware", () => this.#hardware()),
    ]);
    await this.#part("metadata", () => this.#metadata());
  }

  /** A part that fails leaves the others alone. */
  async #part(name: string, record: () => Promise<void>): Promise<void> {
    try {
      await record();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#context.warn(`Cannot record the ${name}: ${reason}`);
    }
  }

  async #git(folders: readonly string[]): Promise<void> {
    const { log, files } = this.#parts;
    const { git, code, startedAt } = this.#options;
    if (!git || log.has("git")) return;
    const { until } = this.#context;
    const line = await recordGit(folders, files, { patches: code, time: startedAt, until });
    if (line === null) return;
    log.add(line);
    // The other notes are in the record, and change nothing about what to expect.
    const note = line.notes.find((text) => /^Git state is (?:missing|incomplete)/u.test(text));
    if (note !== undefined) this.#context.warn(note);
  }

  async #code(): Promise<void> {
    const { log, files, project, flags } = this.#parts;
    const { script, cwd, startedAt: time, code } = this.#options;
    const { until } = this.#context;
    const address = script === null
      ? null
      : isAddress(script)
      ? script
      : pathToFileURL(script).href;
    const signal = AbortSignal.any([until, AbortSignal.timeout(GRAPH_TIMEOUT_MS)]);
    const graph = address === null ? null : await moduleGraph(address, { cwd, flags, signal });
    if (!log.has("packages")) {
      const packages: Omit<PackagesLine, "type" | "time"> | null = graph === null
        ? await lockedPackages(project.configs)
        : { from: "deno info", packages: graph.packages, remote: graph.remote };
      if (packages !== null) {
        await files.write("requirements.txt", new TextEncoder().encode(requirements(packages)));
        log.add({ type: "packages", time, ...packages });
      }
    }
    if (!code || log.has("code")) return;
    const local = graph?.local ??
      (script === null || isAddress(script) ? [] : await localImports(script));
    const { root, configs } = project;
    const copies = await copyCode([...local, ...configs], files, { root, signal: until });
    log.add({ type: "code", time, root, ...copies });
  }

  async #hardware(): Promise<void> {
    const { log } = this.#parts;
    if (log.has("hardware")) return;
    const ended = new Promise<null>((resolve) => {
      if (this.#context.until.aborted) resolve(null);
      this.#context.until.addEventListener("abort", () => resolve(null), { once: true });
    });
    const hardware = await Promise.race([describeHardware(), ended]);
    if (hardware === null) return;
    log.add({
      type: "hardware",
      time: this.#options.startedAt,
      hardware: hardware as unknown as Record<string, Json>,
    });
  }

  async #metadata(): Promise<void> {
    const { log, files } = this.#parts;
    const { environment, git } = log.record;
    if (environment === null) return;
    const { startedAt, root } = this.#options;
    const metadata = wandbMetadata({
      environment,
      git,
      startedAt,
      root,
      codePathLocal: codePathLocal(this.#options),
      writerId: await writerId(`${basename(this.#context.directory)} ${startedAt}`),
    });
    const text = `${JSON.stringify(metadata, null, 2)}\n`;
    await files.write("wandb-metadata.json", new TextEncoder().encode(text));
  }
}

/** What the nearest lock file pins; the word of who may not ask Deno. */
async function lockedPackages(paths: readonly string[]): Promise<LockedPackages | null> {
  for (const path of paths) {
    if (!/(?:^|[/\\])(?:deno\.lock|package-lock\.json)$/u.test(path)) continue;
    const { size } = await stat(path);
    if (size > MAX_LOCK) continue;
    const locked = readLock(path, await readFile(path, "utf8"));
    if (locked !== null) return locked;
  }
  return null;
}

/** The same each time that a session's metadata is written. */
async function writerId(session: string): Promise<string> {
  const bytes = new TextEncoder().encode(session);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.toHex().slice(0, 32);
}
