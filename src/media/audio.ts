import { UnrecordableValue } from "../record/encode_value.ts";
import type { Json } from "../record/lines.ts";
import type { AudioJob, FileJob } from "../record/media_job.ts";
import { RECORD, RECORD_LIST, type RecordContext } from "../record/recordable.ts";
import {
  captionOf,
  captionsOf,
  captionText,
  contentOf,
  type FileSource,
  formatOf,
  memoryOf,
} from "./content.ts";
import { listParts } from "./list_parts.ts";
import { JUPYTER_DISPLAY, show } from "./show.ts";

/** Options of {@linkcode Audio}. */
export interface AudioOptions {
  /** Samples a second; needed for samples. */
  readonly sampleRate?: number;
  /** Shown beside it. */
  readonly caption?: string;
  /**
   * What the bytes of a file are.
   *
   * @default {what its path ends with, or they begin with}
   */
  readonly format?: AudioFormat;
}

/** Files that browsers play. */
export type AudioFormat = "wav" | "mp3" | "ogg" | "flac" | "m4a" | "webm";

/** Samples of one channel: floats from -1 to 1, or 16 bit integers. */
export type Samples = Float32Array | Float64Array | Int16Array | readonly number[];

/** Samples by channel, as browsers have them. */
export interface AudioBufferLike {
  /** Samples a second. */
  readonly sampleRate: number;
  /** How many channels there are. */
  readonly numberOfChannels: number;
  /** The samples of a channel. */
  getChannelData(channel: number): Float32Array;
}

/** What a sound is made of: a file's path or bytes, samples of one channel, or of each. */
export type AudioSource = FileSource | Samples | readonly Samples[] | AudioBufferLike;

const FORMATS: readonly AudioFormat[] = ["wav", "mp3", "ogg", "flac", "m4a", "webm"];

/**
 * A sound: an audio file, or samples, which become a WAV file of 16 bits in the background.
 *
 * @example
 * ```ts
 * import { Audio, init } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * const tone = Float32Array.from({ length: 8000 }, (_, i) => Math.sin(i / 3));
 * run.log({ tone: new Audio(tone, { sampleRate: 8000, caption: "a tone" }) });
 * await run.finish();
 * ```
 */
export class Audio {
  /** Shown beside it. */
  readonly caption: string | undefined;
  readonly #source: AudioSource;
  readonly #options: AudioOptions;

  /**
   * Makes a sound; it is read when it is logged.
   *
   * @param source What it is made of.
   */
  constructor(source: AudioSource, options?: AudioOptions) {
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
  [RECORD_LIST](context: RecordContext, list: readonly Audio[]): Json {
    const { items, parts, left } = listParts(list, (audio) => audio.#job());
    const sampleRates = parts.map(({ job }) => job.kind === "audio" ? job.sampleRate : null);
    const durations = parts.map(({ job }) =>
      job.kind === "audio" ? job.channels[0]!.length / job.sampleRate : null
    );
    return context.later({
      kind: "list",
      type: "audio",
      items: parts.map(({ job }) => job),
      ...left,
      fields: { sampleRates, durations, ...captionsOf(items) },
    }, parts.flatMap(({ transfer }) => transfer));
  }

  /** Plays it at the end of a cell. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(undefined, async () => {
      const { showAudio } = await import("./show_files.ts");
      return showAudio(this.#job().job);
    });
  }

  #job(): { job: AudioJob | FileJob; transfer: ArrayBuffer[] } {
    const { sampleRate, format } = this.#options;
    const source = this.#source;
    if (isFileSource(source)) {
      const content = contentOf(source);
      const job: FileJob = {
        kind: "file",
        type: "audio-file",
        folder: "media/audio",
        extension: `.${formatOf(content, format, FORMATS)}`,
        content,
        fields: captionOf(this.caption),
      };
      return { job, transfer: memoryOf(content) };
    }
    const rate = "sampleRate" in source ? source.sampleRate : sampleRate;
    if (rate === undefined || !(rate > 0 && rate <= 4_294_967_295)) {
      throw new UnrecordableValue("samples need a rate: { sampleRate: 44100 }");
    }
    const channels = channelsOf(source).map(copySamples);
    if (channels.length === 0 || channels.some(({ length }) => length !== channels[0]!.length)) {
      throw new UnrecordableValue("channels have the same number of samples, and there is one");
    }
    const job: AudioJob = {
      kind: "audio",
      channels,
      sampleRate: rate,
      ...captionOf(this.caption),
    };
    return { job, transfer: channels.map(({ buffer }) => buffer) };
  }
}

function isFileSource(source: AudioSource): source is FileSource {
  return typeof source === "string" || source instanceof URL || source instanceof Uint8Array ||
    source instanceof ArrayBuffer;
}

function channelsOf(source: Samples | readonly Samples[] | AudioBufferLike): readonly Samples[] {
  if ("getChannelData" in source) {
    return Array.from(
      { length: source.numberOfChannels },
      (_, channel) => source.getChannelData(channel),
    );
  }
  return typeof source[0] === "object" ? source as readonly Samples[] : [source as Samples];
}

function copySamples(samples: Samples): Float32Array<ArrayBuffer> | Int16Array<ArrayBuffer> {
  return samples instanceof Int16Array ? Int16Array.from(samples) : Float32Array.from(samples);
}
