import { formatCount } from "../charts/format.ts";
import { described, pictured, player, sandboxed } from "../charts/frames.ts";
import { dataUrl } from "../charts/picture.ts";
import type { AudioJob, Content, FileJob, FramesJob, PointsJob } from "../record/media_job.ts";
import { encodeWav } from "./make/audio.ts";
import { sizeOfMediaFile } from "./make/media_files.ts";
import { encodePng } from "./make/png.ts";
import type { Shown } from "./show.ts";
import { pointPixels } from "./show_points.ts";

/** Larger files would make the notebook's file large; they are only described. */
const MAX_BYTES = 2_000_000;
const MIME: { readonly [extension: string]: string } = {
  ".wav": "audio/wav",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".flac": "audio/flac",
  ".m4a": "audio/mp4",
  ".webm": "video/webm",
  ".mp4": "video/mp4",
  ".gif": "image/gif",
};

/** A sound as a cell plays it. */
export function showAudio(job: AudioJob | FileJob): Shown {
  if (job.kind === "audio") {
    const seconds = Math.round(10 * job.channels[0]!.length / job.sampleRate) / 10;
    const text = `A sound of ${seconds} seconds at ${formatCount(job.sampleRate)} Hz`;
    return played("audio", encodeWav(job), ".wav", { text, ...captionOf(job.caption) });
  }
  const text = `A sound (${job.extension.slice(1)})`;
  return played("audio", bytesOf(job.content), job.extension, { text, ...captionIn(job) });
}

/** A video as a cell plays it; a GIF is an image. */
export async function showVideo(job: FileJob | FramesJob): Promise<Shown> {
  if (job.kind === "frames") {
    const { framesFile } = await import("./make/frames.ts");
    return await showVideo(await framesFile(job));
  }
  const text = `A video (${job.extension.slice(1)})`;
  const bytes = bytesOf(job.content);
  if (job.extension === ".gif" && bytes.length <= MAX_BYTES) {
    return { html: pictured(dataUrl("image/gif", bytes), { text, ...captionIn(job) }), text };
  }
  return played("video", bytes, job.extension, { text, ...captionIn(job) });
}

/** HTML as a cell shows it: in a frame without scripts. */
export function showHtml(job: FileJob): Shown {
  const bytes = bytesOf(job.content);
  const text = `HTML of ${formatCount(bytes.length)} bytes`;
  const options = { text, ...captionIn(job) };
  const html = bytes.length > MAX_BYTES
    ? described(options)
    : sandboxed(new TextDecoder().decode(bytes), options);
  return { html, text };
}

/** Points in three dimensions as they are seen from one side; a file in words. */
export function showObject(job: FileJob | PointsJob): Shown {
  if (job.kind === "file") {
    const text = `A model in three dimensions (${job.extension.slice(1)})`;
    return { html: described({ text, ...captionIn(job) }), text };
  }
  const text = `Points in three dimensions: ${formatCount(job.data.length / job.columns)}`;
  const options = { text, ...captionOf(job.caption) };
  const pixels = pointPixels(job);
  const html = pixels === null
    ? described(options)
    : pictured(dataUrl("image/png", encodePng(pixels)), options, pixels.width / 2);
  return { html, text };
}

function played(
  kind: "audio" | "video",
  bytes: Uint8Array,
  extension: string,
  options: { readonly text: string; readonly caption?: string },
): Shown {
  const html = bytes.length > MAX_BYTES
    ? described({ ...options, text: `${options.text}, of ${formatCount(bytes.length)} bytes` })
    : player(kind, dataUrl(MIME[extension] ?? "application/octet-stream", bytes), options);
  return { html, text: options.text };
}

function bytesOf(content: Content): Uint8Array {
  if ("bytes" in content) return content.bytes;
  if ("text" in content) return new TextEncoder().encode(content.text);
  if (sizeOfMediaFile(content.path) > 16 * MAX_BYTES) return new Uint8Array(MAX_BYTES + 1);
  return Deno.readFileSync(content.path);
}

function captionIn({ fields }: FileJob): { caption?: string } {
  return captionOf(typeof fields?.caption === "string" ? fields.caption : undefined);
}

function captionOf(caption: string | undefined): { caption?: string } {
  return caption === undefined ? {} : { caption };
}
