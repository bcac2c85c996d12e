import type { Frame } from "../charts/frame.ts";
import { mediaWords } from "../charts/media_words.ts";
import type { MediaPicture, MediaView } from "../charts/types.ts";
import { toNumber } from "../record/parse_line.ts";
import type { Metric } from "../run/metric.ts";
import type { Follower } from "./follower.ts";
import { tablePreview } from "./table_preview.ts";

/** Metrics whose media a panel shows. */
const METRICS = 12;
/** Images of one metric. */
const PICTURES = 8;
/** A panel is sent again several times a second: its images must stay small, all together. */
const BUDGET = 120_000;

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
  const files = picturesOf(value);
  const pictures: MediaPicture[] = [];
  for (const { path, ...picture } of files.slice(0, PICTURES)) {
    const thumbnail = await source.thumbnails.get(path);
    if (thumbnail === null || thumbnail.length > budget.left) continue;
    budget.left -= thumbnail.length;
    pictures.push({ ...picture, source: thumbnail });
  }
  const table = await tableOf(value, source);
  return {
    name,
    step,
    pictures,
    more: pictures.length === 0 ? 0 : files.length - pictures.length,
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

function picturesOf(value: Value): (Omit<MediaPicture, "source"> & { path: string })[] {
  const width = Number(value.width) || 0;
  const height = Number(value.height) || 0;
  if (value._type === "image-file" && typeof value.path === "string") {
    const caption = typeof value.caption === "string" ? value.caption : "";
    return [{ path: value.path, width, height, caption }];
  }
  if (value._type !== "images/separated" || !Array.isArray(value.filenames)) return [];
  const captions: unknown[] = Array.isArray(value.captions) ? value.captions : [];
  return value.filenames.flatMap((path: unknown, i) => {
    const caption = captions[i];
    return typeof path === "string"
      ? [{ path, width, height, caption: typeof caption === "string" ? caption : "" }]
      : [];
  });
}
