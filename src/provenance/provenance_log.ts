import { cutTornLine } from "../record/heal.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { LineWriter } from "../record/line_writer.ts";
import type { ProvenanceLine } from "../record/provenance_lines.ts";
import { type ProvenanceRecord, readProvenance } from "./recorded_provenance.ts";

/** Writes `provenance.jsonl`, and knows what the session has written already. */
export class ProvenanceLog {
  readonly record: ProvenanceRecord;
  readonly #lines: LineWriter;
  readonly #written = new Set<ProvenanceLine["type"]>();

  /** @param session Seconds since 1970 at which the session began. */
  constructor(directory: string, session: number) {
    const path = join(directory, RUN_FILES.provenance);
    cutTornLine(path);
    this.record = readProvenance(directory, ({ type, time }) => {
      if (time === session) this.#written.add(type);
    });
    this.#lines = new LineWriter(path);
  }

  /** Whether the session has a line of that type: a worker that died may have written it. */
  has(type: ProvenanceLine["type"]): boolean {
    return this.#written.has(type);
  }

  /** Appends a line. */
  add(line: ProvenanceLine): void {
    this.#written.add(line.type);
    this.record.applyLine(line);
    this.#lines.append(JSON.stringify(line));
  }

  /** Writes what waits, and closes the file. */
  close(): void {
    this.#lines.close();
  }
}
