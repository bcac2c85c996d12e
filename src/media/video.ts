import type { Json } from "../record/lines.ts";
import type { FileJob } from "../record/media_job.ts";
import { RECORD, RECORD_LIST, type RecordContext } from "../record/recordable.ts";
import { captionOf, contentOf, type FileSource, formatOf, memoryOf } from "./content.ts";
import { JUPYTER_DISPLAY, show } from "./show.ts";

/** Files that W&B plays. */
export type VideoFormat = "mp4" | "webm" | "ogg" | "gif";

/** Options of {@linkcode Video}. */
export interface VideoOptions {
  /** Shown beside it. */
  readonly caption?: string;
  /**
   * What the bytes of a file are.
   *
   * @default {what its path ends with}
   */
  readonly format?: VideoFormat;
}

const FORMATS: readonly VideoFormat[] = ["mp4", "webm", "ogg", "gif"];

/**
 * A video: a file that is encoded already.
 *
 * @example
 * ```ts
 * import { init, Video } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * run.log({ episode: new Video("episode.mp4", { caption: "the best one" }) });
 * await run.finish();
 * ```
 */
export class Video {
  /** Shown beside it. */
  readonly caption: string | undefined;
  readonly #source: FileSource;
  readonly #format: VideoFormat | undefined;

  /**
   * Makes a video; it is read when it is logged.
   *
   * @param source The path or the bytes of a file.
   */
  constructor(source: FileSource, options: VideoOptions = {}) {
    this.#source = source;
    this.#format = options.format;
    this.caption = options.caption;
  }

  /** @internal */
  [RECORD](context: RecordContext): Json {
    const { job, transfer } = this.#job();
    return context.later(job, transfer);
  }

  /** @internal */
  [RECORD_LIST](context: RecordContext, list: readonly Video[]): Json {
    const made = list.map((video) => video.#job());
    const captions = list.map(({ caption }) => caption ?? "");
    return context.later({
      kind: "list",
      type: "videos",
      items: made.map(({ job }) => job),
      fields: { captions: captions.some((caption) => caption !== "") ? captions : false },
    }, made.flatMap(({ transfer }) => transfer));
  }

  /** Plays it at the end of a cell. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(undefined, async () => {
      const { showVideo } = await import("./show_files.ts");
      return showVideo(this.#job().job);
    });
  }

  #job(): { job: FileJob; transfer: ArrayBuffer[] } {
    const content = contentOf(this.#source);
    const job: FileJob = {
      kind: "file",
      type: "video-file",
      folder: "media/videos",
      extension: `.${formatOf(content, this.#format, FORMATS)}`,
      content,
      fields: captionOf(this.caption),
    };
    return { job, transfer: memoryOf(content) };
  }
}
