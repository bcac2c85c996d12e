import type { Json } from "../../record/lines.ts";
import type { Content, FileJob } from "../../record/media_job.ts";
import { beginsAs, HEAD_BYTES } from "../file_format.ts";
import type { MakeContext } from "./maker.ts";

/** Writes a file as it is, with a warning when its name seems to say what it is not. */
export function makeFile(job: FileJob, { files, key, step, warn }: MakeContext): Json {
  const { type, folder, extension, content, fields } = job;
  const { sha256, size, path } = files.write(content, { folder, key, step, extension });
  const format = extension.slice(1);
  if (!beginsAs(format, headOf(content))) {
    warn(`it does not begin as a file of ${format}; it is recorded, and may not play`);
  }
  return { _type: type, sha256, size, path, ...fields };
}

/** The first bytes of a file. */
function headOf(content: Content): Uint8Array {
  if ("bytes" in content) return content.bytes.subarray(0, HEAD_BYTES);
  if ("text" in content) return new TextEncoder().encode(content.text.slice(0, HEAD_BYTES));
  const head = new Uint8Array(HEAD_BYTES);
  using file = Deno.openSync(content.path);
  return head.subarray(0, file.readSync(head) ?? 0);
}
