import type { Json } from "../record/lines.ts";
import type { Content, FileJob } from "../record/media_job.ts";
import { RECORD, RECORD_LIST, type RecordContext } from "../record/recordable.ts";
import { captionOf, captionText, contentOf } from "./content.ts";
import { listParts } from "./list_parts.ts";
import { JUPYTER_DISPLAY, show } from "./show.ts";

/** Options of {@linkcode Html}. */
export interface HtmlOptions {
  /** Shown below it. */
  readonly caption?: string;
}

/**
 * A piece of HTML, or the URL of a file that holds it. It is recorded as it is; wherever it is shown,
 * it stands in a frame of its own, without scripts and without access to the page around it.
 *
 * @example
 * ```ts
 * import { Html, init } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * run.log({ note: new Html("<b>bold</b> and <i>italic</i>") });
 * await run.finish();
 * ```
 */
export class Html {
  /** Shown below it. */
  readonly caption: string | undefined;
  readonly #source: string | URL;

  /**
   * Makes a piece of HTML.
   *
   * @param source The HTML itself; or a `file:` URL, whose file is read in the background.
   */
  constructor(source: string | URL, options?: HtmlOptions) {
    this.#source = source;
    this.caption = captionText(options?.caption);
  }

  /** @internal */
  [RECORD](context: RecordContext): Json {
    return context.later(this.#job());
  }

  /** @internal */
  [RECORD_LIST](context: RecordContext, list: readonly Html[]): Json {
    const { parts, left } = listParts(list, (html) => html.#job());
    return context.later({ kind: "list", type: "html", items: parts, ...left });
  }

  /** Shows it at the end of a cell, in a frame without scripts. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(undefined, async () => {
      const { showHtml } = await import("./show_files.ts");
      return showHtml(this.#job());
    });
  }

  #job(): FileJob {
    const source = this.#source;
    const content: Content = source instanceof URL ? contentOf(source) : { text: String(source) };
    return {
      kind: "file",
      type: "html-file",
      folder: "media/html",
      extension: ".html",
      content,
      fields: captionOf(this.caption),
    };
  }
}
