import { UnrecordableValue } from "../record/encode_value.ts";
import type { Json } from "../record/lines.ts";
import type { FileJob, FramesJob } from "../record/media_job.ts";
import { RECORD, RECORD_LIST, type RecordContext } from "../record/recordable.ts";
import {
  captionOf,
  captionText,
  contentOf,
  type FileSource,
  formatOf,
  memoryOf,
} from "./content.ts";
import { type ChannelOrder, copyFrames, type FramesSource } from "./frames.ts";
import type { Shape } from "./image/pixels.ts";
import { listParts } from "./list_parts.ts";
import { JUPYTER_DISPLAY, show } from "./show.ts";

/** Files that W&B plays. */
export type VideoFormat = "mp4" | "webm" | "ogg" | "gif";

/** What a video is made of: a file's path or bytes, or its frames. */
export type VideoSource = FileSource | FramesSource;

/** Options of {@linkcode Video}. */
export interface VideoOptions {
  /** Shown beside it. */
  readonly caption?: string;
  /**
   * What the bytes of a file are.
   *
   * @default {what its path ends with, or they begin with}
   */
  readonly format?: VideoFormat;
  /**
   * Of an array of all frames: `[frames, height, width, channels]`, or with the videos of a batch
   * before them, which are shown beside one another. Of a list of frames: that of one frame.
   *
   * @default {the tensor's own}
   */
  readonly shape?: Shape;
  /**
   * Whether the channels of a shape come after its width, or before its height.
   *
   * @default {"last", unless the last number of the shape cannot be channels}
   */
  readonly channels?: ChannelOrder;
  /**
   * Frames a second; a GIF has at most 50.
   *
   * @default {4}
   */
  readonly fps?: number;
}

const FORMATS: readonly VideoFormat[] = ["mp4", "webm", "ogg", "gif"];
/** As W&B has it. */
const DEFAULT_FPS = 4;

/**
 * A video: a file that is encoded already, or frames, which become a GIF in the background.
 *
 * Frames are pixels as an {@linkcode Image} has them; those of up to 256 colours are kept exactly.
 *
 * @example
 * ```ts
 * import { init, Video } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * const frames = Array.from({ length: 20 }, (_, n) => new Uint8Array(64 * 64).fill(10 * n));
 * run.log({
 *   episode: new Video("episode.mp4", { caption: "the best one" }),
 *   brightening: new Video(frames, { shape: [64, 64], fps: 10 }),
 * });
 * await run.finish();
 * ```
 */
export class Video {
  /** Shown beside it. */
  readonly caption: string | undefined;
  readonly #source: VideoSource;
  readonly #options: VideoOptions;

  /**
   * Makes a video; it is read when it is logged.
   *
   * @param source The path or the bytes of a file, or frames.
   */
  constructor(source: VideoSource, options?: VideoOptions) {
    this.#source = source;
    this.#options = options ?? {};
    this.caption = captionText(this.#options.caption);
  }

  /** @internal */
  [RECORD](context: RecordContext): Json {
    const { job, transfer } = this.#job();
    return context.later(job, transfer);
  }

  /** @internal */
  [RECORD_LIST](context: RecordContext, list: readonly Video[]): Json {
    const { items, parts, left } = listParts(list, (video) => video.#job());
    const captions = items.map(({ caption }) => caption ?? "");
    return context.later({
      kind: "list",
      type: "videos",
      items: parts.map(({ job }) => job),
      ...left,
      fields: { captions: captions.some((caption) => caption !== "") ? captions : false },
    }, parts.flatMap(({ transfer }) => transfer));
  }

  /** Plays it at the end of a cell. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(undefined, async () => {
      const { showVideo } = await import("./show_files.ts");
      return await showVideo(this.#job().job);
    });
  }

  #job(): { job: FileJob | FramesJob; transfer: ArrayBuffer[] } {
    const source = this.#source;
    const { format, shape, channels, fps = DEFAULT_FPS } = this.#options;
    const caption = captionOf(this.caption);
    if (isFile(source, shape)) {
      const content = contentOf(source);
      const extension = `.${formatOf(content, format, FORMATS)}`;
      const job: FileJob = {
        kind: "file",
        type: "video-file",
        folder: "media/videos",
        extension,
        content,
        fields: caption,
      };
      return { job, transfer: memoryOf(content) };
    }
    if (format !== undefined && format !== "gif") {
      throw new UnrecordableValue(`frames become a GIF; a file of ${format} is made elsewhere`);
    }
    if (!(fps > 0 && fps < Infinity)) {
      throw new UnrecordableValue(`it has a number of frames a second, not ${fps}`);
    }
    const frames = copyFrames(source, { shape, channels });
    return { job: { kind: "frames", ...frames, fps, ...caption }, transfer: [frames.data.buffer] };
  }
}

/** Bytes with a shape are pixels. */
function isFile(source: VideoSource, shape: Shape | undefined): source is FileSource {
  if (typeof source !== "object" || source === null) return true;
  return source instanceof URL || source instanceof ArrayBuffer ||
    (source instanceof Uint8Array && shape === undefined);
}
