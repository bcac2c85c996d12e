import type { MarkData, ObservableDrawing } from "../charts/observable.ts";
import { UnrecordableValue } from "../record/encode_value.ts";
import { RECORD, type Recordable, type RecordContext } from "../record/recordable.ts";
import { JUPYTER_DISPLAY, show } from "../media/show.ts";
import { Table, type TableData } from "../media/table/table.ts";
import type { ObservablePlot } from "./observable_plot.ts";
import { plotFile } from "./plot_file.ts";
import { tableKeyOf } from "./visualize.ts";

export type { MarkData as PlotMark };

/** Options of `Plot.plot`, as data or with marks that Plot made. */
export interface PlotSpec {
  readonly marks?: readonly unknown[];
  readonly [option: string]: unknown;
}

/** Makes a chart of Plot; written so that the parameter may have the type of one's own copy of Plot. */
export type PlotCallback = { make(Plot: ObservablePlot): unknown }["make"];

/**
 * A chart of Observable Plot: its options, a mark, or a function that is given Plot and gives one of
 * them.
 */
export type PlotSource = PlotSpec | MarkData | PlotCallback;

/** Options of {@linkcode observable}. */
export interface ObservableOptions {
  /**
   * What is recorded as the table of the chart.
   *
   * @default {the rows of the mark that has the most; nothing for a function}
   */
  readonly data?: Table | TableData;
}

/**
 * Any chart of [Observable Plot](https://observablehq.com/plot): what no preset of a server can draw
 * is a line of it. It is recorded as an image in HTML, with its data as a table beside it.
 *
 * Options whose marks are data are drawn in the background. A function is given Plot, which is loaded
 * when it is first needed, and is called soon after the chart is logged.
 *
 * @example
 * ```ts
 * import { init, plot } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * const rows = [{ size: 1, time: 0.2 }, { size: 2, time: 0.5 }];
 * run.log({
 *   timing: plot.observable((Plot) => ({
 *     title: "Time by size",
 *     marks: [Plot.linearRegressionY(rows, { x: "size", y: "time" })],
 *   })),
 *   dots: plot.observable({ marks: [{ mark: "dot", data: rows, x: "size", y: "time" }] }),
 * });
 * await run.finish();
 * ```
 */
export function observable(source: PlotSource, options: ObservableOptions = {}): ObservableChart {
  return new ObservableChart(source, options);
}

/** A chart of Observable Plot; made by {@linkcode observable}. */
export class ObservableChart implements Recordable {
  readonly #source: PlotSource;
  readonly #data: Table | undefined;
  #drawn: Promise<ObservableDrawing> | undefined;

  /** @internal */
  constructor(source: PlotSource, { data }: ObservableOptions) {
    this.#source = source;
    if (data !== undefined) this.#data = data instanceof Table ? data : Table.from(data);
  }

  /**
   * The chart as a standalone SVG document.
   *
   * @throws {TypeError} When Plot cannot draw it.
   */
  async svg(): Promise<string> {
    return (await this.#draw()).svg;
  }

  /** @internal */
  [RECORD](context: RecordContext): ReturnType<Recordable[typeof RECORD]> {
    const source = this.#source;
    if (source === null || (typeof source !== "object" && typeof source !== "function")) {
      throw new UnrecordableValue("a chart of Plot is made of its options, or a function");
    }
    const table = this.#data ?? tableIn(source);
    if (table !== undefined) context.also(tableKeyOf(context.key), table);
    const spec = asData(source);
    if (spec !== undefined) return context.later({ kind: "plot", spec });
    const job = this.#draw().then(({ html }) => plotFile(html));
    // Whoever takes it says what went wrong; a run that does not take it must not end the process.
    job.catch(() => {});
    return context.later(job);
  }

  /** Draws it at the end of a cell. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(undefined, () => this.#draw());
  }

  /** Draws it once: what happens to the data later is not seen. */
  #draw(): Promise<ObservableDrawing> {
    return this.#drawn ??= import("../charts/observable.ts").then(({ drawObservable }) =>
      drawObservable(this.#source)
    );
  }
}

/** The rows of the mark that has the most, without running any code of the user. */
function tableIn(source: PlotSource): Table | undefined {
  if (typeof source === "function") return undefined;
  const marks = "mark" in source ? [source] : source.marks;
  let most: readonly object[] | undefined;
  for (const mark of Array.isArray(marks) ? marks.flat(Infinity) : []) {
    const { data } = (mark ?? {}) as { data?: unknown };
    if (!Array.isArray(data) || typeof data[0] !== "object" || data[0] === null) continue;
    if (most === undefined || data.length > most.length) most = data;
  }
  return most === undefined ? undefined : Table.from(most);
}

/** A copy of options that are nothing but data; undefined when there is code in them. */
function asData(source: PlotSource): unknown {
  if (typeof source === "function") return undefined;
  const marks = "mark" in source ? [source] : source.marks ?? [];
  const named = Array.isArray(marks) &&
    marks.flat(Infinity).every((mark) => typeof (mark as MarkData | null)?.mark === "string");
  if (!named) return undefined;
  try {
    return structuredClone(source);
  } catch {
    return undefined;
  }
}
