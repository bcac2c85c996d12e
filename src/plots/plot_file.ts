import type { FileJob } from "../record/media_job.ts";

/** The file in which a chart of Plot is recorded: HTML, which servers show as it is. */
export function plotFile(html: string): FileJob {
  return {
    kind: "file",
    type: "html-file",
    folder: "media/html",
    extension: ".html",
    content: { text: html },
  };
}
