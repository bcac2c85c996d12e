import { readFileLines } from "../record/file_list.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { Tail } from "../record/tail.ts";
import {
  METADATA_FILE,
  NO_FACTS,
  readMetadata,
  type RunFacts,
  SESSION_HISTORY,
} from "./payload/run_facts.ts";

/** Follows the list of a run's files for what a server is told of them in the config. */
export class FactsReader {
  readonly #directory: string;
  readonly #runId: string;
  #tail: Tail;
  readonly #code = new Set<string>();
  #facts: RunFacts = NO_FACTS;
  #reading: Promise<RunFacts> = Promise.resolve(NO_FACTS);

  constructor(directory: string, runId: string) {
    this.#directory = directory;
    this.#runId = runId;
    this.#tail = this.#open();
  }

  /** The list was removed and begun anew. */
  beginAnew(): void {
    this.#tail.close();
    this.#tail = this.#open();
  }

  /** The facts as they stand now. Who asks at the same time is told the same. */
  read(): Promise<RunFacts> {
    return this.#reading = this.#reading.then(() => this.#follow());
  }

  #open(): Tail {
    return new Tail(join(this.#directory, RUN_FILES.fileList));
  }

  async #follow(): Promise<RunFacts> {
    let { metadata, sessionHistory } = this.#facts;
    let stale = false;
    for (const { path } of readFileLines(this.#tail)) {
      if (path === METADATA_FILE) stale = true;
      else if (path === SESSION_HISTORY) sessionHistory = path;
      else if (path.startsWith("code/")) this.#code.add(path);
    }
    if (stale) metadata = await readMetadata(this.#directory, this.#runId);
    this.#tail.close();
    this.#facts = { metadata, sessionHistory, codePath: this.#codePath(metadata) };
    return this.#facts;
  }

  /** The program among the uploaded code. */
  #codePath(metadata: RunFacts["metadata"]): string | null {
    const program = metadata?.content.codePath;
    const path = typeof program === "string" ? `code/${program}` : "";
    return this.#code.has(path) ? path : null;
  }
}
