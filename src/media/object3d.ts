import { UnrecordableValue } from "../record/encode_value.ts";
import type { Json } from "../record/lines.ts";
import type { FileJob, PointsJob } from "../record/media_job.ts";
import { RECORD, RECORD_LIST, type RecordContext } from "../record/recordable.ts";
import {
  captionOf,
  captionText,
  contentOf,
  type FileSource,
  formatOf,
  memoryOf,
} from "./content.ts";
import { plainJson } from "./plain_json.ts";
import { listParts } from "./list_parts.ts";
import { JUPYTER_DISPLAY, show } from "./show.ts";

/** Files that W&B shows in three dimensions. */
export type Object3DFormat = "obj" | "gltf" | "glb" | "babylon" | "stl" | "pts.json";

/** Options of {@linkcode Object3D}. */
export interface Object3DOptions {
  /** Shown beside it. */
  readonly caption?: string;
  /**
   * Points and columns of an array of numbers: 3 columns are x, y, z; a fourth is a category of 1 to
   * 14; six are x, y, z, red, green, blue.
   *
   * @default {three columns}
   */
  readonly shape?: readonly [points: number, columns: 3 | 4 | 6];
  /**
   * What the bytes of a file are.
   *
   * @default {what its path ends with, or they begin with}
   */
  readonly format?: Object3DFormat;
}

/** A scene of points, boxes and vectors, as W&B has it. */
export interface Scene3D {
  /** The one kind of scene there is. */
  readonly type: "lidar/beta";
  /** Points as x, y, z and maybe a category or a colour. */
  readonly points?: readonly (readonly number[])[];
  /** Boxes by their corners, with a label and a colour. */
  readonly boxes?: readonly object[];
  /** Arrows. */
  readonly vectors?: readonly object[];
}

/** What it is made of: a file, an array of numbers with a shape, lists of numbers, or a scene. */
export type Object3DSource =
  | FileSource
  | Float32Array
  | Float64Array
  | readonly (readonly number[])[]
  | Scene3D;

const FORMATS: readonly Object3DFormat[] = ["obj", "gltf", "glb", "babylon", "stl", "pts.json"];
const TYPE = "object3D-file";
const FOLDER = "media/object3D";

/**
 * Something in three dimensions: a cloud of points, a scene, or a file with a model.
 *
 * @example
 * ```ts
 * import { init, Object3D } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * run.log({ cloud: new Object3D([[0, 0, 0], [1, 0, 2]]) });
 * await run.finish();
 * ```
 */
export class Object3D {
  /** Shown beside it. */
  readonly caption: string | undefined;
  readonly #source: Object3DSource;
  readonly #options: Object3DOptions;

  /**
   * Makes an object; it is read when it is logged.
   *
   * @param source What it is made of.
   */
  constructor(source: Object3DSource, options?: Object3DOptions) {
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
  [RECORD_LIST](context: RecordContext, list: readonly Object3D[]): Json {
    const { parts, left } = listParts(list, (object) => object.#job());
    return context.later({
      kind: "list",
      type: "object3D",
      items: parts.map(({ job }) => job),
      ...left,
    }, parts.flatMap(({ transfer }) => transfer));
  }

  /** Draws points, seen from one side and above, at the end of a cell; a file is only named. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(undefined, async () => {
      const { showObject } = await import("./show_files.ts");
      return showObject(this.#points() ?? this.#job().job);
    });
  }

  /** The points of a scene; null when it has none, or is something else. */
  #points(): PointsJob | null {
    const source = this.#source;
    const points = isScene(source) ? source.points ?? [] : [];
    return points.length === 0
      ? null
      : { kind: "points", ...fromRows(points), ...captionOf(this.caption) };
  }

  #job(): { job: FileJob | PointsJob; transfer: ArrayBuffer[] } {
    const { shape, format } = this.#options;
    const source = this.#source;
    const caption = captionOf(this.caption);
    if (source instanceof Float32Array || source instanceof Float64Array || Array.isArray(source)) {
      const { data, columns } = Array.isArray(source)
        ? fromRows(source)
        : { data: source.slice(), columns: columnsOf(source.length, shape) };
      return { job: { kind: "points", data, columns, ...caption }, transfer: [data.buffer] };
    }
    const file = { kind: "file", type: TYPE, folder: FOLDER, fields: caption } as const;
    if (isScene(source)) {
      const { type, points = [], boxes = [], vectors = [] } = source;
      if (type !== "lidar/beta") {
        throw new UnrecordableValue(`the type of a scene is "lidar/beta", not ${String(type)}`);
      }
      const text = plainJson({ type, vectors, points, boxes });
      return { job: { ...file, extension: ".pts.json", content: { text } }, transfer: [] };
    }
    const content = contentOf(source as FileSource);
    const extension = `.${formatOf(content, format, FORMATS)}`;
    return { job: { ...file, extension, content }, transfer: memoryOf(content) };
  }
}

function isScene(source: Object3DSource): source is Scene3D {
  return typeof source === "object" && "type" in source;
}

function columnsOf(length: number, shape: readonly number[] | undefined): 3 | 4 | 6 {
  const [points = length / 3, columns = 3] = shape ?? [];
  if (points * columns !== length || ![3, 4, 6].includes(columns)) {
    throw new UnrecordableValue(
      `points of shape [${points}, ${columns}] are not made of ${length} numbers; ` +
        `columns are 3, 4 or 6`,
    );
  }
  return columns as 3 | 4 | 6;
}

function fromRows(rows: readonly (readonly number[])[]): {
  data: Float64Array<ArrayBuffer>;
  columns: 3 | 4 | 6;
} {
  const columns = rows[0]?.length ?? 3;
  if (rows.some((row) => row.length !== columns)) {
    throw new UnrecordableValue("its points have different numbers of coordinates");
  }
  return {
    data: Float64Array.from(rows.flat()),
    columns: columnsOf(rows.length * columns, [rows.length, columns]),
  };
}
