import { readJsonLines } from "../record/json_lines.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import type { Json } from "../record/lines.ts";
import type {
  CodeLine,
  EnvironmentLine,
  GitLine,
  HardwareLine,
  ImportedPackage,
  PackagesLine,
  ProgramEnvironment,
  ProvenanceLine,
  RecordedGit,
} from "../record/provenance_lines.ts";

/** What ran a run, and with what. */
export interface RecordedEnvironment extends ProgramEnvironment {
  /** What was imported; null when it is unknown. */
  readonly packages: readonly ImportedPackage[] | null;
  /** Modules that came from addresses of their own. */
  readonly remote: readonly string[];
  /** The copies of the code, below `files/code/`. */
  readonly code: readonly string[];
  /** The machine, in the words of `wandb-metadata.json`; null when it is unknown. */
  readonly hardware: { readonly [key: string]: Json } | null;
}

/** What the lines of `provenance.jsonl` add up to: the last of each type. */
export class ProvenanceRecord {
  #environment: EnvironmentLine | null = null;
  #git: GitLine | null = null;
  #packages: PackagesLine | null = null;
  #code: CodeLine | null = null;
  #hardware: HardwareLine | null = null;

  /** Takes a line; one of a type that is not known is passed over. */
  applyLine(line: ProvenanceLine): void {
    switch (line.type) {
      case "environment":
        // Another session, which may be in no repository.
        this.#git =
          this.#packages =
          this.#code =
          this.#hardware =
            null;
        this.#environment = line;
        break;
      case "git":
        this.#git = line;
        break;
      case "packages":
        this.#packages = line;
        break;
      case "code":
        this.#code = line;
        break;
      case "hardware":
        this.#hardware = line;
        break;
    }
  }

  /** Null when the code is in no repository, and before it is known. */
  get git(): RecordedGit | null {
    if (this.#git === null) return null;
    const { type: _type, time: _time, ...git } = this.#git;
    return git;
  }

  /** Null before it is known. */
  get environment(): RecordedEnvironment | null {
    if (this.#environment === null) return null;
    const { type: _type, time: _time, ...environment } = this.#environment;
    return {
      ...environment,
      packages: this.#packages?.packages ?? null,
      remote: this.#packages?.remote ?? [],
      code: this.#code?.files ?? [],
      hardware: this.#hardware?.hardware ?? null,
    };
  }
}

/**
 * Reads `provenance.jsonl` of a run directory; a line that cannot be read is passed over.
 *
 * @param visit Called with each line.
 */
export function readProvenance(
  directory: string,
  visit: (line: ProvenanceLine) => void = () => {},
): ProvenanceRecord {
  const record = new ProvenanceRecord();
  for (const line of readJsonLines<ProvenanceLine>(join(directory, RUN_FILES.provenance))) {
    record.applyLine(line);
    visit(line);
  }
  return record;
}
