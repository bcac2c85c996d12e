import type { Frame } from "../charts/frame.ts";
import { mediaWords } from "../charts/media_words.ts";
import type { MediaPicture, MediaView } from "../charts/types.ts";
import { toNumber } from "../record/parse_line.ts";
import type { Follower } from "./follower.ts";
import { tablePreview } from "./table_preview.ts";

/** Metrics whose media a panel shows. */
const METRICS = 6;
/** Images of one metric. */
const PICTURES = 8;
/** A panel is sent again several times a second: its images must stay small, all together. */
const BUDGET = 120_000;

type Value = { readonly [key: string]: unknown };

/** The last media and texts of the metrics that have some, with small images of them. */
export async function mediaViews(follower: Follower): Promise<MediaView[]> {
  const { record, directory, thumbnails } = follower;
  const views: MediaView[] = [];
  let left = BUDGET;
  for (const metric of record.metrics) {
    const value = metric.last;
    if (metric.definition?.hidden === true) continue;
    if (views.length >= METRICS) break;
    const of = { name: metric.name, step: record.mediaSteps.get(metric.name) ?? 0 };
    if (typeof value === "string" && toNumber(value) === undefined) {
      views.push({ ...of, pictures: [], more: 0, words: "", text: value });
    }
    if (!isMedia(value)) continue;
    const files = picturesOf(value);
    const pictures: MediaPicture[] = [];
    for (const { path, ...picture } of files.slice(0, PICTURES)) {
      const source = await thumbnails.get(path);
      if (source === null || source.length > left) continue;
      left -= source.length;
      pictures.push({ ...picture, source });
    }
    const table = await tableOf(value, { directory, thumbnails });
    views.push({
      ...of,
      pictures,
      more: pictures.length === 0 ? 0 : files.length - pictures.length,
      words: pictures.length === 0 ? mediaWords(value) ?? "" : "",
      ...(table === null ? {} : { table }),
    });
  }
  return views;
}

async function tableOf(
  value: Value,
  { directory, thumbnails }: Pick<Follower, "directory" | "thumbnails">,
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
