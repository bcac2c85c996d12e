import { drawObservable } from "../../charts/observable.ts";
import { plotFile } from "../../plots/plot_file.ts";
import type { FileJob, PlotJob } from "../../record/media_job.ts";

/** Draws a chart of Observable Plot, as the file that is recorded. */
export function drawPlotJob({ spec }: PlotJob): FileJob {
  return plotFile(drawObservable(spec).html);
}
