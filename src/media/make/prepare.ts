import type { MediaJob } from "../../record/media_job.ts";

/**
 * Does what is long, or has code of its own that takes long to load, with turns for others between:
 * charts of Observable Plot become files of HTML, and frames a GIF.
 */
export async function prepare(job: MediaJob): Promise<MediaJob> {
  switch (job.kind) {
    case "plot":
      return (await import("./plot.ts")).drawPlotJob(job);
    case "frames":
      return await prepareFrames(job);
    case "list":
      return { ...job, items: await prepareParts(job.items) };
    case "table":
      return { ...job, parts: await prepareParts(job.parts) };
    default:
      return job;
  }
}

async function prepareParts(parts: readonly MediaJob[]): Promise<readonly MediaJob[]> {
  if (!parts.some(({ kind }) => kind === "frames")) return parts;
  const prepared: MediaJob[] = [];
  for (const part of parts) prepared.push(await prepareFrames(part));
  return prepared;
}

async function prepareFrames(job: MediaJob): Promise<MediaJob> {
  return job.kind === "frames" ? await (await import("./frames.ts")).framesFile(job) : job;
}
