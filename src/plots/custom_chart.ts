import type { ChartDefinition } from "../charts/chart_definition.ts";
import { type Frame, toFrame } from "../charts/frame.ts";
import { JUPYTER_DISPLAY, show } from "../media/show.ts";
import { Table, type TableData } from "../media/table/table.ts";
import { reasonOf } from "../names/reason.ts";
import { UnrecordableValue } from "../record/encode_value.ts";
import { RECORD, type Recordable, type RecordContext } from "../record/recordable.ts";
import { tableKeyOf, visualizeConfig } from "./visualize.ts";

/** What a chart is made of. */
export interface ChartParts {
  readonly definition: ChartDefinition;
  /** The table that is logged, made when it is asked for. */
  readonly table: () => Table;
  /** The same to be drawn. */
  readonly frame: () => Frame;
  /** How large it is drawn in a cell. @default {640 by 320} */
  readonly size?: { readonly width: number; readonly height: number };
}

/**
 * A chart of a table. Logged, it is recorded as the table and as a chart that W&B's server knows;
 * at the end of a cell it is drawn.
 *
 * It is made by the functions of `plot`. They do not throw: what cannot be a chart is said when it
 * is logged or shown.
 */
export class CustomChart implements Recordable {
  readonly #parts: ChartParts | undefined;
  readonly #problem: string | undefined;

  /** @internal */
  constructor(make: () => ChartParts) {
    try {
      this.#parts = make();
    } catch (error) {
      this.#problem = reasonOf(error);
    }
  }

  /**
   * The chart as a standalone SVG document.
   *
   * @throws {TypeError} When it cannot be drawn.
   */
  async svg(): Promise<string> {
    return (await this.#draw()).svg;
  }

  /** @internal */
  [RECORD](context: RecordContext): undefined {
    if (this.#parts === undefined) throw new UnrecordableValue(this.#problem ?? "it is no chart");
    const { definition, table } = this.#parts;
    const { key } = context;
    context.also(tableKeyOf(key), table());
    context.line({ type: "visualize", key, config: visualizeConfig(definition, key) });
    return undefined;
  }

  /** Draws it at the end of a cell. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(this.#problem, async () => {
      const { imageTag } = await import("../charts/image.ts");
      const drawing = await this.#draw();
      return { html: imageTag(drawing), text: drawing.alt };
    });
  }

  async #draw() {
    if (this.#parts === undefined) throw new TypeError(this.#problem);
    const { customChart } = await import("../charts/custom_chart.ts");
    const { definition, frame, size = { width: 640, height: 320 } } = this.#parts;
    const drawing = customChart(frame(), definition, size);
    if (drawing === undefined) throw new TypeError(`Cannot draw ${definition.preset}: not known`);
    return drawing;
  }
}

/** What a chart of columns is made of: a table, or what can become one. */
export type ChartData = Table | TableData;

/** The table and the frame of what a user has. */
export function partsOf(data: ChartData): Pick<ChartParts, "table" | "frame"> {
  if (data instanceof Table) return { table: () => data, frame: () => frameOf(data) };
  // Read at once: what happens to it later is not seen.
  const table = Table.from(toFrameData(data));
  return { table: () => table, frame: () => frameOf(table) };
}

/** A table of columns that were computed. */
export function tableOf(columns: Readonly<Record<string, ArrayLike<string | number>>>): Table {
  const table = new Table([]);
  for (const [name, values] of Object.entries(columns)) table.addColumn(name, values);
  return table;
}

/** A table, to be drawn. */
function frameOf(table: Table): Frame {
  const columns = table.columns.map((name, index) => ({
    name,
    type: table.types[index]!,
    at: (row: number) => table.at(row, index),
  }));
  const { length } = table;
  return { columns, length, columnCount: columns.length, rowCount: length };
}

/** Refuses at once what no table can be made of. */
function toFrameData(data: TableData): TableData {
  toFrame(data, { maxRows: 1 });
  return data;
}
