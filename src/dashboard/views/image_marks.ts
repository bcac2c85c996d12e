import type { PictureBox } from "../../charts/picture.ts";
import { isObject, parseObject } from "../../record/json_object.ts";
import type { StoredRun } from "../../server/store/store.ts";
import type { DashboardContext } from "../context.ts";
import type { ClassName, ImageMarks, ImageSize } from "../views.ts";
import type { MediaValue } from "./media_values.ts";
import { textOf } from "./text_of.ts";
import { internalConfig } from "./run_item.ts";

const MAX_LAYERS = 8;
const MAX_BOXES = 200;
const MAX_CLASSES = 40;
/** A layer of two hundred boxes has some 40 kB. */
const MAX_FILE = 300_000;

/** The images of a medium with what is drawn over them. */
export interface MarkedImages {
  /** For each image by its place in the list; undefined where there is nothing. */
  readonly marks: readonly (ImageMarks | undefined)[];
  /** Of all of them. */
  readonly classes: readonly ClassName[];
}

/**
 * Reads the boxes and the masks of images.
 *
 * @param key What the images were logged under.
 * @param size Of each of the images.
 * @param count Images that are shown.
 */
export async function readMarks(
  context: DashboardContext,
  run: StoredRun,
  { key, value, size, count }: {
    readonly key: string;
    readonly value: MediaValue;
    readonly size: ImageSize;
    readonly count: number;
  },
): Promise<MarkedImages> {
  const classes = new Map<number, string>();
  const marks: (ImageMarks | undefined)[] = [];
  for (let i = 0; i < count; i++) {
    const boxes: PictureBox[] = [];
    for (const [layer, path] of layersOf(value, "boxes", i)) {
      const labels = labelsOf(run, "bounding_box", key, layer);
      boxes.push(...await readBoxes(context, run, { path, size, labels, classes }));
    }
    const masks: string[] = [];
    for (const [layer, path] of layersOf(value, "masks", i)) {
      const file = await context.store.files.find(run.key, path);
      if (file === undefined) continue;
      masks.push(context.fileUrl(run, file));
      for (const [id, name] of Object.entries(labelsOf(run, "mask", key, layer))) {
        if (Number(id) > 0) classes.set(Number(id), textOf(name));
      }
    }
    marks.push(boxes.length + masks.length === 0 ? undefined : { boxes, masks });
  }
  const named = [...classes].filter(([, name]) => name !== "").sort(([a], [b]) => a - b);
  return { marks, classes: named.slice(0, MAX_CLASSES).map(([id, name]) => ({ id, name })) };
}

/** The layers of an image and their files: of one that was logged alone, or of a list. */
function layersOf(value: MediaValue, kind: "boxes" | "masks", i: number): [string, string][] {
  const all = value[`all_${kind}`];
  const layers = Array.isArray(all) ? all[i] : i === 0 ? value[kind] : undefined;
  return Object.entries(isObject(layers) ? layers : {}).slice(0, MAX_LAYERS).flatMap(
    ([layer, file]) => isObject(file) && typeof file.path === "string" ? [[layer, file.path]] : [],
  );
}

/** Names of classes, which clients keep in the config. */
function labelsOf(
  run: StoredRun,
  group: "bounding_box" | "mask",
  key: string,
  layer: string,
): Readonly<Record<string, unknown>> {
  const labels = internalConfig(run)[`${group}/class_labels`];
  const entry = isObject(labels) ? labels[`${key}_wandb_delimeter_${layer}`] : undefined;
  return isObject(entry) && isObject(entry.value) ? entry.value : {};
}

async function readBoxes(
  { store, readFile }: DashboardContext,
  run: StoredRun,
  { path, size, labels, classes }: {
    readonly path: string;
    readonly size: ImageSize;
    readonly labels: Readonly<Record<string, unknown>>;
    readonly classes: Map<number, string>;
  },
): Promise<PictureBox[]> {
  const file = await store.files.find(run.key, path);
  const bytes = file === undefined || file.size > MAX_FILE ? null : await readFile(file, MAX_FILE);
  if (bytes === null) return [];
  const { box_data: data, class_labels } = parseObject(new TextDecoder().decode(bytes)) ?? {};
  const names = isObject(class_labels) ? class_labels : labels;
  return (Array.isArray(data) ? data.slice(0, MAX_BOXES) : []).flatMap((box) => {
    const place = isObject(box) ? placeOf(box, size) : undefined;
    if (place === undefined) return [];
    const classId = Number(box.class_id) || 0;
    const name = textOf(names[classId]);
    classes.set(classId, name);
    return [{ ...place, classId, label: textOf(box.box_caption) || name }];
  });
}

/** Where a box is, in pixels of its image; undefined where it says that in no known way. */
function placeOf(
  { position, domain }: Record<string, unknown>,
  size: ImageSize,
): Omit<PictureBox, "label" | "classId"> | undefined {
  if (!isObject(position)) return undefined;
  const { minX, maxX, minY, maxY, middle, width, height } = position;
  const [x, y, w, h] = Array.isArray(middle)
    ? [Number(middle[0]) - Number(width) / 2, Number(middle[1]) - Number(height) / 2, width, height]
    : [minX, minY, Number(maxX) - Number(minX), Number(maxY) - Number(minY)];
  const [unitX, unitY] = domain === "pixel" ? [1, 1] : [size.width, size.height];
  const place = {
    x: Number(x) * unitX,
    y: Number(y) * unitY,
    width: Number(w) * unitX,
    height: Number(h) * unitY,
  };
  return Object.values(place).every(Number.isFinite) ? place : undefined;
}
