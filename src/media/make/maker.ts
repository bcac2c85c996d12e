import { reasonOf } from "../../names/reason.ts";
import { FileListWriter } from "../../record/file_list.ts";
import type { Json } from "../../record/lines.ts";
import type { MediaAnswer, MediaJob, MediaRequest } from "../../record/media_job.ts";
import { makeAudio } from "./audio.ts";
import { makeFile } from "./file.ts";
import { makeImage } from "./image.ts";
import { Increments } from "./increments.ts";
import { makeList } from "./list.ts";
import { MediaFiles } from "./media_files.ts";
import { makePoints } from "./points.ts";
import { makeTable } from "./table.ts";

/** Where a job's files and value belong, and what it can use. */
export interface MakeContext {
  readonly key: string;
  readonly step: number | "summary";
  readonly files: MediaFiles;
  /** Says what is odd about what is made. */
  warn(message: string): void;
  /** Makes a part of it; null, with a warning, when that fails. */
  makePart(job: MediaJob): Json;
  /** What came before in a table that is recorded piece by piece. */
  readonly increments: Increments;
}

/** Does the jobs of a run, one after the other: writes the files, and gives the values. */
export class MediaMaker {
  readonly #files: MediaFiles;
  readonly #list: FileListWriter;
  readonly #increments = new Increments();

  constructor(directory: string) {
    this.#list = new FileListWriter(directory);
    this.#files = new MediaFiles(directory, this.#list);
  }

  /** Does a job. Never throws. */
  make({ id, key, step, job }: MediaRequest): MediaAnswer {
    const warnings: string[] = [];
    const context: MakeContext = {
      key,
      step,
      files: this.#files,
      increments: this.#increments,
      warn: (message) => warnings.push(message),
      makePart(part) {
        try {
          return makeValue(part, context);
        } catch (error) {
          warnings.push(`a part is left out because ${reasonOf(error)}`);
          return null;
        }
      },
    };
    try {
      const value = makeValue(job, context);
      return { id, value, ...(warnings.length === 0 ? {} : { warnings }) };
    } catch (error) {
      // What was odd before says why.
      const why = warnings.length === 0 ? "" : `; ${warnings[0]}`;
      return { id, value: null, error: `${reasonOf(error)}${why}` };
    }
  }

  /** Writes what waits. */
  close(): void {
    this.#list.close();
  }
}

function makeValue(job: MediaJob, context: MakeContext): Json {
  switch (job.kind) {
    case "file":
      return makeFile(job, context);
    case "image":
      return makeImage(job, context);
    case "audio":
      return makeAudio(job, context);
    case "points":
      return makePoints(job, context);
    case "list":
      return makeList(job, context);
    case "table":
      return makeTable(job, context);
    case "plot":
    case "frames":
      throw new Error(
        `a ${job.kind === "plot" ? "chart" : "video"} cannot be in a list or a table`,
      );
  }
}
