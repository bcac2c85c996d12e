import type { Frame } from "../charts/frame.ts";
import { mediaWords } from "../charts/media_words.ts";
import type { Picture } from "../charts/picture.ts";
import type { MediaView } from "../charts/types.ts";
import { toNumber } from "../record/parse_line.ts";
import type { Metric } from "../run/metric.ts";
import type { Follower } from "./follower.ts";
import { tablePreview } from "./table_preview.ts";

/** Metrics whose media a panel shows. */
const METRICS = 16;
/** Images of one metric. */
const PICTURES = 8;
/** A panel is sent again several times a second: its images must stay small, all together. */
const BUDGET = 120_000;
/** What a box with its label takes. */
const BOX_CHARACTERS = 350;

type Value = { readonly [key: string]: unknown };

/**
 * The last media and texts of metrics, with small images of them, and how many more have some.
 *
 * @param shown Metrics that are shown elsewhere.
 */
export async function mediaViews(
  follower: Follower,
  shown: ReadonlySet<string>,
): Promise<{ media: MediaView[]; moreMedia: number }> {
  const { record } = follower;
  const all = [...record.metrics].filter(({ name, last, definition }) =>
    definition?.hidden !== true && (isMedia(last) || isText(last)) && !shown.has(name)
  );
  const stepOf = ({ name }: Metric) => record.mediaSteps.get(name) ?? 0;
  const latest = new Set(all.toSorted((a, b) => stepOf(b) - stepOf(a)).slice(0, METRICS));
  const budget = mediaBudget();
  const media: MediaView[] = [];
  // Those that came last, in the order in which they came first: they stay where they are.
  for (const metric of all) {
    if (!latest.has(metric)) continue;
    const of = { name: metric.name, step: stepOf(metric) };
    const value = metric.last;
    media.push(
      isMedia(value)
        ? await mediaView({ ...of, value }, follower, budget)
        : { ...of, pictures: [], more: 0, words: "", text: String(value) },
    );
  }
  return { media, moreMedia: all.length - media.length };
}

/** Where the files of media are, and small images of them. */
export type MediaSource = Pick<Follower, "directory" | "thumbnails">;

/** Characters that the images of one drawing may still take. */
export interface MediaBudget {
  left: number;
}

/** What the images of a drawing may take, all together. */
export function mediaBudget(): MediaBudget {
  return { left: BUDGET };
}

/** One recorded medium, with small images of it. */
export async function mediaView(
  { name, step, value }: { readonly name: string; readonly step: number; readonly value: Value },
  source: MediaSource,
  budget: MediaBudget,
): Promise<MediaView> {
  const images = imagesOf(value);
  const pictures: Picture[] = [];
  for (const image of images.slice(0, PICTURES)) {
    const picture = await source.thumbnails.picture(image);
    const cost = picture === null ? Infinity : costOf(picture);
    if (picture === null || cost > budget.left) continue;
    budget.left -= cost;
    pictures.push(picture);
  }
  const table = await tableOf(value, source);
  return {
    name,
    step,
    pictures,
    more: pictures.length === 0 ? 0 : images.length - pictures.length,
    words: pictures.length === 0 ? mediaWords(value) ?? "" : "",
    ...(table === null ? {} : { table }),
  };
}

/** NaN and the infinities are texts in the record, and numbers to people. */
function isText(value: unknown): value is string {
  return typeof value === "string" && toNumber(value) === undefined;
}

async function tableOf(
  value: Value,
  { directory, thumbnails }: MediaSource,
): Promise<Frame | null> {
  return value._type === "table-file" || value._type === "incremental-table-file"
    ? await tablePreview(directory, value, thumbnails)
    : null;
}

/** Histograms are media of their own kind: a panel says nothing of them. */
function isMedia(value: unknown): value is Value {
  return typeof value === "object" && value !== null && "_type" in value &&
    value._type !== "histogram" && mediaWords(value) !== undefined;
}

/** The recorded images of a value, each as it would be alone. */
function imagesOf(value: Value): Value[] {
  const { _type: type, path, filenames } = value;
  // A GIF is shown as an image, and so is what points look like.
  const ends = (extension: string) => typeof path === "string" && path.endsWith(extension);
  const isImage = type === "image-file" || (type === "video-file" && ends(".gif")) ||
    (type === "object3D-file" && ends(".pts.json"));
  if (isImage) return [value];
  if (type !== "images/separated" || !Array.isArray(filenames)) return [];
  const { width, height } = value;
  return filenames.map((path: unknown, i) => ({
    path,
    width,
    height,
    caption: elementOf(value.captions, i),
    boxes: elementOf(value.all_boxes, i),
    masks: elementOf(value.all_masks, i),
  }));
}

function elementOf(list: unknown, i: number): unknown {
  return Array.isArray(list) ? list[i] : undefined;
}

/** About how many characters it takes in HTML. */
function costOf({ source, boxes = [], overlays = [] }: Picture): number {
  const layers = boxes.length + overlays.length;
  if (layers === 0) return source.length;
  const all = overlays.reduce((sum, { length }) => sum + length, source.length);
  return Math.ceil((all + BOX_CHARACTERS * boxes.length) * 4 / 3);
}
