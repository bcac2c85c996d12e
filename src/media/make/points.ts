import type { Json } from "../../record/lines.ts";
import type { PointsJob } from "../../record/media_job.ts";
import type { MakeContext } from "./maker.ts";

/** Writes a cloud of points as a list of lists. */
export function makePoints(job: PointsJob, { files, key, step }: MakeContext): Json {
  const { data, columns, caption } = job;
  const points: string[] = [];
  for (let i = 0; i < data.length; i += columns) {
    points.push(`[${data.subarray(i, i + columns).join(",")}]`);
  }
  const place = { folder: "media/object3D", key, step, extension: ".pts.json" };
  const file = files.write({ text: `[${points.join(",")}]` }, place);
  return { _type: "object3D-file", ...file, ...(caption === undefined ? {} : { caption }) };
}
