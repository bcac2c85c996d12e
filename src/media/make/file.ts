import type { Json } from "../../record/lines.ts";
import type { FileJob } from "../../record/media_job.ts";
import type { MakeContext } from "./maker.ts";

/** Writes a file as it is. */
export function makeFile(job: FileJob, { files, key, step }: MakeContext): Json {
  const { type, folder, extension, content, fields } = job;
  const { sha256, size, path } = files.write(content, { folder, key, step, extension });
  return { _type: type, sha256, size, path, ...fields };
}
