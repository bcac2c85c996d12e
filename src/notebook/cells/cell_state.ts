import type { CellLine, DisplayLine } from "./cell_lines.ts";
import { StreamText, type StreamTextOptions } from "./stream_text.ts";

/** What the recorder remembers of a cell that may still have outputs. */
export class CellState {
  /** The number in the record: 0 for the cell in which the recording began. */
  readonly execution: number;
  readonly stdout: StreamText;
  readonly stderr: StreamText;
  ended = false;
  failed = false;
  /** Whether the kernel was not heard for a while before its end. */
  gap = false;
  /** Whether it was known to have completed when it was looked at last. */
  completed = false;
  /** Characters of outputs that may still be kept. */
  room: number;
  /** Characters of updates that may still be written before the end. */
  updateRoom: number;
  outputs = 0;
  unkept = 0;
  /** Updates that were not written yet, by the output's number. */
  readonly updates = new Map<number, DisplayLine>();

  constructor(
    execution: number,
    limits: {
      readonly room: number;
      readonly updateRoom: number;
      readonly text: StreamTextOptions;
    },
  ) {
    this.execution = execution;
    this.room = limits.room;
    this.updateRoom = limits.updateRoom;
    this.stdout = new StreamText(limits.text);
    this.stderr = new StreamText(limits.text);
  }

  /** The lines that can be written now. */
  take(): CellLine[] {
    return [...this.#text("take"), ...this.#takeUpdates()];
  }

  /** All lines that are left. */
  end(): CellLine[] {
    const lines = [...this.#text("take"), ...this.#text("end"), ...this.updates.values()];
    this.updates.clear();
    return lines;
  }

  #text(how: "take" | "end"): CellLine[] {
    const lines: CellLine[] = [];
    for (const name of ["stdout", "stderr"] as const) {
      const taken = this[name][how]();
      if (taken === undefined) continue;
      const { text, skipped } = taken;
      lines.push({
        type: "output",
        kind: "stream",
        execution: this.execution,
        name,
        text,
        ...(skipped > 0 ? { skipped } : {}),
        ...(this.ended ? { late: true } : {}),
      });
    }
    return lines;
  }

  #takeUpdates(): CellLine[] {
    const lines: CellLine[] = [];
    for (const [output, line] of this.updates) {
      const size = line.parts.reduce((sum, { size, value }) => sum + (value ? size : 0), 200);
      if (size > this.updateRoom) continue;
      this.updateRoom -= size;
      this.updates.delete(output);
      lines.push(line);
    }
    return lines;
  }
}
