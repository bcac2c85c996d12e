import { readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { reasonOf } from "../names/reason.ts";
import type { Json } from "../record/lines.ts";
import type { PackagesLine } from "../record/provenance_lines.ts";
import { describeHardware } from "../system/describe.ts";
import { copyCode } from "./copy_code.ts";
import { commandLineFlags, type DenoFlags } from "./deno_flags.ts";
import { codePathLocal, describeEnvironment, isAddress } from "./environment.ts";
import { localImports } from "./local_imports.ts";
import { type LockedPackages, readLock } from "./lock_file.ts";
import { wandbMetadata } from "./metadata.ts";
import { type ModuleGraph, moduleGraph } from "./module_graph.ts";
import { NotebookImports } from "./notebook_imports.ts";
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
  /** Says that the run ends: a notebook is looked at once more. */
  readonly ending: AbortSignal;
  /** Cuts short what takes time; what is known by then is recorded. */
  readonly until: AbortSignal;
  warn(message: string): void;
}

/** How often the cells of a notebook are looked at for what they import. */
const CELLS_MS = 10_000;
/** Deno answers in 30 ms, or when it has fetched what it lacks. */
const GRAPH_TIMEOUT_MS = 10_000;
const MAX_LOCK = 64 * 1024 * 1024;

/**
 * Records where a run comes from: code, Git state, packages, machine. Each part is written as soon
 * as it is known, to `provenance.jsonl` and, in W&B's shapes, below `files/`; what a session has
 * recorded already is left as it is. For a notebook it goes on to the end of the run, since each
 * cell may import more.
 */
export async function recordProvenance(
  options: ProvenanceOptions,
  context: ProvenanceContext,
): Promise<void> {
  const { script, cwd } = options;
  const folder = script === null || isAddress(script) ? cwd : dirname(script);
  const flags = await commandLineFlags(script, cwd);
  const project = findProject(folder, flags.config);
  const log = new ProvenanceLog(context.directory, timeOf(options));
  const files = new RunFiles(context.directory);
  const session = new Session(options, context, { log, files, project, flags });
  try {
    await session.record(folder);
    if (script === null) await session.followCells();
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
  readonly #time: number;

  constructor(options: ProvenanceOptions, context: ProvenanceContext, parts: Parts) {
    this.#options = options;
    this.#context = context;
    this.#parts = parts;
    this.#time = timeOf(options);
  }

  async record(folder: string): Promise<void> {
    const { log, project } = this.#parts;
    if (!log.has("environment")) {
      log.add({ ...describeEnvironment(this.#options, project.root), time: this.#time });
    }
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
      this.#context.warn(`Cannot record the ${name}: ${reasonOf(error)}`);
    }
  }

  async #git(folders: readonly string[]): Promise<void> {
    const { log, files } = this.#parts;
    const { git, code } = this.#options;
    if (!git || log.has("git")) return;
    const { until } = this.#context;
    const line = await recordGit(folders, files, { patches: code, time: this.#time, until });
    if (line === null) return;
    log.add(line);
    // The other notes are in the record, and change nothing about what to expect.
    const note = line.notes.find((text) => /^Git state is (?:missing|incomplete)/u.test(text));
    if (note !== undefined) this.#context.warn(note);
  }

  /** A script and what it imports; of a notebook, whose cells follow, what configures it. */
  async #code(): Promise<void> {
    const { log, flags, project } = this.#parts;
    const { configs } = project;
    const { script, cwd } = this.#options;
    if (script === null) {
      if (!log.has("code")) await this.#copies([]);
      return;
    }
    if (log.has("packages") && log.has("code")) return;
    const address = isAddress(script) ? script : pathToFileURL(script).href;
    const graph = await moduleGraph(address, { cwd, flags, configs, signal: this.#soon() });
    await this.#packages(graph);
    const local = graph?.local ?? (isAddress(script) ? [] : await localImports(script));
    await this.#copies(local);
  }

  /** Records what the cells of a notebook import, until the run ends. */
  async followCells(): Promise<void> {
    const { project, flags } = this.#parts;
    const { directory, ending } = this.#context;
    const cells = new NotebookImports(directory);
    const config = project.configs.find((path) => /deno\.jsonc?$/u.test(path));
    let known: ModuleGraph | null = null;
    try {
      for (let last = false; !last;) {
        await ended(ending, CELLS_MS);
        last = ending.aborted;
        if (!cells.read() && !(last && known === null)) continue;
        await this.#part("imports of the cells", async () => {
          const { cwd } = this.#options;
          const options = { cwd, flags, configs: project.configs, signal: this.#soon() };
          known = await cells.graph(options, config);
          await this.#packages(known);
          if (known !== null && known.local.length > 0) await this.#copies(known.local);
        });
      }
    } finally {
      cells.close();
    }
  }

  async #packages(graph: ModuleGraph | null): Promise<void> {
    const { log, files, project } = this.#parts;
    // What was found out is worth more than what a lock file holds.
    if (graph === null && log.has("packages")) return;
    const packages: Omit<PackagesLine, "type" | "time"> | null = graph === null
      ? await lockedPackages(project.configs)
      : { from: "deno info", packages: graph.packages, remote: graph.remote };
    if (packages === null) return;
    const text = requirements(packages);
    if (text !== "") await files.write("requirements.txt", new TextEncoder().encode(text));
    log.add({ type: "packages", time: this.#time, ...packages });
  }

  async #copies(local: readonly string[]): Promise<void> {
    const { log, files, project } = this.#parts;
    if (!this.#options.code) return;
    const { root, configs } = project;
    const signal = this.#context.until;
    const copies = await copyCode([...local, ...configs], files, { root, signal });
    log.add({ type: "code", time: this.#time, root, ...copies });
  }

  #soon(): AbortSignal {
    return AbortSignal.any([this.#context.until, AbortSignal.timeout(GRAPH_TIMEOUT_MS)]);
  }

  async #hardware(): Promise<void> {
    const { log } = this.#parts;
    if (log.has("hardware")) return;
    const { nvidiaSmi = "nvidia-smi" } = this.#options;
    const described = describeHardware({ nvidiaSmi });
    const hardware = await Promise.race([described, ended(this.#context.until)]);
    if (hardware === undefined) return;
    log.add({
      type: "hardware",
      time: this.#time,
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

/** What tells the session's lines from those of earlier ones. */
function timeOf({ startedAt, anewAt }: ProvenanceOptions): number {
  return anewAt ?? startedAt;
}

/** Waits for a signal, or for some time. */
function ended(signal: AbortSignal, ms?: number): Promise<undefined> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve(undefined);
    };
    const timer = ms === undefined ? undefined : setTimeout(end, ms);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });
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
