import { globSync } from "node:fs";
import { relative } from "node:path";
import { reasonOf } from "../names/reason.ts";
import { FileListWriter, type FilePolicy, isGone, isInnerPath } from "../record/file_list.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { copyFile } from "./copy_file.ts";
import type { SaveRequest } from "./save_request.ts";

/** How often files with the policy `live` are looked at. */
const LIVE_MS = 5_000;
/** A pattern that finds more than this is a mistake. */
const MAX_FILES = 10_000;
/** What the run writes there itself. */
const RESERVED = new Set([
  "config.yaml",
  "output.log",
  "wandb-events.jsonl",
  "wandb-history.jsonl",
  "wandb-metadata.json",
  "wandb-summary.json",
]);

/**
 * Copies what the user saves to the files of a run: at once, whenever it has changed, or at the end.
 * Copies are made one after the other, and piece by piece.
 */
export class Saver {
  readonly #root: string;
  readonly #list: FileListWriter;
  readonly #warn: (message: string) => void;
  readonly #requests: SaveRequest[] = [];
  /** Size and time of what was copied, by its path below `files/`. */
  readonly #copied = new Map<string, string>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(directory: string, warn: (message: string) => void) {
    this.#root = join(directory, RUN_FILES.files);
    this.#list = new FileListWriter(directory);
    this.#warn = warn;
  }

  /** Saves files, now or later. */
  save(request: SaveRequest): void {
    if (request.policy !== "now") this.#requests.push(request);
    if (request.policy === "live") {
      this.#timer ??= setInterval(() => void this.#copyAll((policy) => policy === "live"), LIVE_MS);
    }
    if (request.policy !== "end") this.#last = this.#last.then(() => this.#copy(request, true));
  }

  /** Saves what is saved at the end, and what has changed; resolves when all copies are made. */
  flush(): Promise<void> {
    return this.#copyAll(() => true);
  }

  /** Ends it. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#last;
    this.#list.close();
  }

  #copyAll(wanted: (policy: FilePolicy) => boolean): Promise<void> {
    for (const request of this.#requests) {
      if (!wanted(request.policy)) continue;
      this.#last = this.#last.then(() => this.#copy(request, request.policy === "end"));
    }
    return this.#last;
  }

  /** @param complain Whether a pattern that finds nothing is said. */
  async #copy({ pattern, base, policy }: SaveRequest, complain: boolean): Promise<void> {
    let found: string[] = [];
    try {
      found = globSync(pattern).filter((path) => Deno.statSync(path).isFile);
    } catch (error) {
      this.#warn(`Cannot save ${JSON.stringify(pattern)}: ${reasonOf(error)}`);
      return;
    }
    if (found.length === 0 && complain) {
      this.#warn(`Cannot save ${JSON.stringify(pattern)}: no file is called so`);
    }
    if (found.length > MAX_FILES) {
      this.#warn(
        `Only ${MAX_FILES} of ${found.length} files of ${JSON.stringify(pattern)} are saved`,
      );
    }
    for (const source of found.slice(0, MAX_FILES)) {
      try {
        await this.#copyOne(source, { base, policy });
      } catch (error) {
        this.#warn(`Cannot save ${JSON.stringify(source)}: ${reasonOf(error)}`);
      }
    }
  }

  async #copyOne(
    source: string,
    { base, policy }: { readonly base: string; readonly policy: FilePolicy },
  ): Promise<void> {
    const path = relative(base, source).replaceAll("\\", "/");
    if (!isInnerPath(path)) throw new Error(`it is outside of ${base}`);
    // A link may lead anywhere; what it leads to must be a part of what was asked for.
    const real = relative(Deno.realPathSync(base), Deno.realPathSync(source));
    if (!isInnerPath(real.replaceAll("\\", "/"))) throw new Error(`it is a link out of ${base}`);
    if (RESERVED.has(path)) throw new Error("the run writes a file of this name itself");
    const { size, mtime } = Deno.statSync(source);
    const state = `${size} ${mtime?.getTime()}`;
    const target = join(this.#root, path);
    if (this.#copied.get(path) === state && !isGone(target)) return;
    const copied = await copyFile(source, target);
    this.#copied.set(path, state);
    this.#list.add({ path, ...copied, policy });
  }
}
