import { dirname } from "node:path";
import { ensureDir } from "@std/fs";
import { FileListWriter, isInnerPath } from "../record/file_list.ts";
import { join, RUN_FILES } from "../record/layout.ts";

/** Writes files below a run's `files/`, and says so in its list. */
export class RunFiles {
  readonly #folder: string;
  readonly #list: FileListWriter;

  constructor(directory: string) {
    this.#folder = join(directory, RUN_FILES.files);
    this.#list = new FileListWriter(directory);
  }

  /**
   * Writes a file whole: who reads the path finds what was there before, or all that is new.
   *
   * @param path Below `files/`, with `/` between its parts.
   * @throws {RangeError} When the path leads out of `files/`.
   */
  async write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!isInnerPath(path)) {
      throw new RangeError(`Cannot write the file: ${JSON.stringify(path)} leads elsewhere`);
    }
    const file = join(this.#folder, path);
    const aside = `${file}.part`;
    await ensureDir(dirname(file));
    await Deno.writeFile(aside, bytes);
    await Deno.rename(aside, file);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    this.#list.add({ path, size: bytes.byteLength, sha256: digest.toHex(), policy: "now" });
  }

  /** Closes the list. */
  close(): void {
    this.#list.close();
  }
}
