import type { Drawn } from "./companion.ts";

/** How a table is shown; see `Run.table`. */
export interface TableOptions {
  /**
   * Rows shown; the rest is counted.
   *
   * @default {50}
   */
  readonly maxRows?: number;
  /** Shown above the table. */
  readonly caption?: string;
}

/** Draws a table; the drawing code is loaded with the first one. */
export async function drawTable(data: unknown, options: TableOptions): Promise<Drawn> {
  const [{ toFrame }, { htmlTable, textTable }] = await Promise.all([
    import("../charts/frame.ts"),
    import("../charts/table.ts"),
  ]);
  const frame = toFrame(data);
  return { html: htmlTable(frame, options), text: textTable(frame, options) };
}
