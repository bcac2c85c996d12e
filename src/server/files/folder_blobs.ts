import { createHash } from "node:crypto";
import { ensureDir } from "@std/fs";
import { BlobError, type BlobStore, type ReceivedBlob } from "./blob_store.ts";

/** Pieces in which a file is read. */
const PIECE = 256 * 1024;

/** Half-written files of a server that was killed are removed once they are so old. */
const STALE_MS = 24 * 3600 * 1000;

/**
 * Blobs in a folder, each in a file named after its hash. A file appears there whole: it is written
 * beside, then flushed, then moved.
 */
export async function openFolderBlobs(folder: string): Promise<BlobStore> {
  await ensureDir(`${folder}/incoming`);
  for await (const { name } of Deno.readDir(`${folder}/incoming`)) {
    const path = `${folder}/incoming/${name}`;
    const { mtime } = await Deno.stat(path);
    if (Date.now() - (mtime?.getTime() ?? 0) > STALE_MS) await removeIfThere(path);
  }
  return new FolderBlobs(folder);
}

class FolderBlobs implements BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async receive(
    source: ReadableStream<Uint8Array>,
    { max, expected }: { max: number; expected?: number | undefined },
  ): Promise<ReceivedBlob> {
    const incoming = `${this.#folder}/incoming/${crypto.randomUUID()}`;
    try {
      const blob = await writeHashed(source, incoming, max);
      if (expected !== undefined && blob.size !== expected) {
        throw new BlobError(
          `Cannot store the file: ${blob.size} bytes arrived, of ${expected} that were announced`,
        );
      }
      const path = this.#path(blob.sha256);
      return {
        ...blob,
        async keep() {
          await ensureDir(path.slice(0, path.lastIndexOf("/")));
          await Deno.rename(incoming, path);
        },
        discard: () => removeIfThere(incoming),
      };
    } catch (error) {
      await removeIfThere(incoming);
      throw error;
    }
  }

  async read(
    sha256: string,
    range?: { start: number; end: number },
  ): Promise<ReadableStream<Uint8Array> | null> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(this.#path(sha256), { read: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
    if (range === undefined) return file.readable;
    await file.seek(range.start, Deno.SeekMode.Start);
    let left = range.end - range.start;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const piece = new Uint8Array(Math.min(PIECE, left));
        const n = left > 0 ? await file.read(piece) : null;
        if (n === null) {
          file.close();
          controller.close();
          return;
        }
        left -= n;
        controller.enqueue(piece.subarray(0, n));
      },
      cancel: () => file.close(),
    });
  }

  async delete(sha256: string): Promise<void> {
    await removeIfThere(this.#path(sha256));
  }

  async *list(): AsyncGenerator<{ sha256: string; modifiedAt: number }> {
    for await (const { name: prefix, isDirectory } of Deno.readDir(this.#folder)) {
      if (!isDirectory || !/^[0-9a-f]{2}$/.test(prefix)) continue;
      for await (const { name } of Deno.readDir(`${this.#folder}/${prefix}`)) {
        const { mtime } = await Deno.stat(`${this.#folder}/${prefix}/${name}`);
        yield { sha256: prefix + name, modifiedAt: mtime?.getTime() ?? 0 };
      }
    }
  }

  #path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new TypeError(`Cannot use the hash ${JSON.stringify(sha256)}`);
    }
    return `${this.#folder}/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
  }
}

async function writeHashed(source: ReadableStream<Uint8Array>, path: string, max: number) {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  const sha256 = createHash("sha256");
  const md5 = createHash("md5");
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > max) throw new BlobError(`Cannot store the file: it is larger than ${max} bytes`);
    sha256.update(piece);
    md5.update(piece);
    for (let written = 0; written < piece.length;) {
      written += await file.write(piece.subarray(written));
    }
  }
  await file.syncData();
  return { size, sha256: sha256.digest("hex"), md5: md5.digest("base64") };
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
