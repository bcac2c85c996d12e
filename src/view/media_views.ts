import { mediaWords } from "../charts/media_words.ts";
import type { MediaPicture, MediaView } from "../charts/types.ts";
import type { Follower } from "./follower.ts";

/** Metrics whose media a panel shows. */
const METRICS = 6;
/** Images of one metric. */
const PICTURES = 8;
/** A panel is sent again several times a second: its images must stay small, all together. */
const BUDGET = 120_000;

type Value = { readonly [key: string]: unknown };

/** The last media of the metrics that have some, with small images of them. */
export async function mediaViews(follower: Follower): Promise<MediaView[]> {
  const views: MediaView[] = [];
  let left = BUDGET;
  for (const metric of follower.record.metrics) {
    const value = metric.last;
    if (metric.definition?.hidden === true || !isMedia(value)) continue;
    if (views.length >= METRICS) break;
    const files = picturesOf(value);
    const pictures: MediaPicture[] = [];
    for (const { path, ...picture } of files.slice(0, PICTURES)) {
      const source = await follower.thumbnails.get(path);
      if (source === null || source.length > left) continue;
      left -= source.length;
      pictures.push({ ...picture, source });
    }
    views.push({
      name: metric.name,
      step: follower.record.mediaSteps.get(metric.name) ?? 0,
      pictures,
      more: pictures.length === 0 ? 0 : files.length - pictures.length,
      words: pictures.length === 0 ? mediaWords(value) ?? "" : "",
    });
  }
  return views;
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
