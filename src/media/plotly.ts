import { UnrecordableValue } from "../record/encode_value.ts";
import type { Json } from "../record/lines.ts";
import { RECORD, type RecordContext } from "../record/recordable.ts";
import { JUPYTER_DISPLAY, show } from "./show.ts";
import { plainJson } from "./plain_json.ts";

/** A figure as Plotly has it; more properties do no harm. */
export interface PlotlyFigure {
  /** The traces. */
  readonly data: readonly object[];
  /** Titles, axes and the like. */
  readonly layout?: object;
}

/**
 * A Plotly figure. W&B's pages draw it; a notebook shows it with its own Plotly renderer, where it
 * has one.
 *
 * @example
 * ```ts
 * import { init, Plotly } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * run.log({ figure: new Plotly({ data: [{ type: "bar", x: ["a", "b"], y: [1, 2] }] }) });
 * await run.finish();
 * ```
 */
export class Plotly {
  readonly #figure: PlotlyFigure;

  /**
   * Makes a figure.
   *
   * @param figure Is read when it is logged.
   */
  constructor(figure: PlotlyFigure) {
    this.#figure = figure;
  }

  /** @internal */
  [RECORD](context: RecordContext): Json {
    return context.later({
      kind: "file",
      type: "plotly-file",
      folder: "media/plotly",
      extension: ".plotly.json",
      content: { text: this.#json() },
    });
  }

  /** Draws it at the end of a cell, where the notebook knows Plotly. */
  [JUPYTER_DISPLAY](): Promise<Record<string, unknown>> {
    return show(undefined, () => {
      const traces = this.#figure.data.length;
      const text = `A Plotly figure of ${traces} trace${traces === 1 ? "" : "s"}`;
      return { html: `<div style="opacity:.8">${text}</div>`, text };
    }).then((bundle) =>
      Array.isArray(this.#figure?.data)
        ? { "application/vnd.plotly.v1+json": JSON.parse(this.#json()), ...bundle }
        : bundle
    );
  }

  #json(): string {
    const figure: unknown = this.#figure;
    if (typeof figure !== "object" || figure === null || !("data" in figure)) {
      throw new UnrecordableValue("a Plotly figure is an object { data, layout }");
    }
    if (!Array.isArray(figure.data)) throw new UnrecordableValue("its data are no list of traces");
    return plainJson(figure);
  }
}
