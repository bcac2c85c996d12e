import { JUPYTER_DISPLAY } from "../media/show.ts";
import type { Drawn } from "./companion.ts";

/** Something that a notebook draws when a cell ends with it, and that a script can save. */
export class Displayable {
  readonly #draw: () => Promise<Drawn>;

  /**
   * For the methods that draw.
   *
   * @param draw Makes the drawing, anew each time.
   * @internal
   */
  constructor(draw: () => Promise<Drawn>) {
    this.#draw = draw;
  }

  /** The drawing as an HTML fragment. */
  async html(): Promise<string> {
    return (await this.#draw()).html;
  }

  /** The drawing in words. */
  async text(): Promise<string> {
    return (await this.#draw()).text;
  }

  /**
   * A chart as a standalone SVG document.
   *
   * @throws {TypeError} When it is a table.
   */
  async svg(): Promise<string> {
    const { svg } = await this.#draw();
    if (svg === undefined) throw new TypeError("Cannot give SVG: this is not a single chart");
    return svg;
  }

  /** The MIME bundle that the Deno kernel shows. */
  async [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    const { html, text } = await this.#draw();
    return { "text/html": html, "text/plain": text };
  }
}
