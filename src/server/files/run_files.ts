import { Refusal } from "../refusal.ts";
import type { FileRecord, Store, StoredRun } from "../store/store.ts";
import type { BlobStore } from "./blob_store.ts";
import type { ByteRange } from "./range.ts";

/** Bytes that nothing refers to are removed once they are so old: a record may be on its way. */
const ORPHAN_MS = 24 * 3600 * 1000;

/** Files of runs: their records and their bytes, which come and go together. */
export class RunFiles {
  readonly #store: Store;
  readonly #blobs: BlobStore;
  /** Ends when the last change that was asked for has ended. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(store: Store, blobs: BlobStore) {
    this.#store = store;
    this.#blobs = blobs;
  }

  /**
   * Puts a file in its place; what was there is replaced once all bytes have arrived.
   *
   * @throws {BlobError} When the bytes are not as announced.
   * @throws {Refusal} When the run is gone.
   */
  async put(
    run: number,
    path: string,
    source: ReadableStream<Uint8Array>,
    limits: { max: number; expected?: number | undefined },
  ): Promise<void> {
    const blob = await this.#blobs.receive(source, limits);
    try {
      await this.#alone(async () => {
        if (await this.#store.runs.get(run) === undefined) {
          throw new Refusal("Cannot store the file: its run is gone", 404);
        }
        const before = await this.#store.files.find(run, path);
        await blob.keep();
        const { size, sha256, md5 } = blob;
        await this.#store.files.put(run, { path, size, sha256, md5, updatedAt: Date.now() });
        if (before !== undefined) await this.#drop([before.sha256]);
      });
    } finally {
      await blob.discard();
    }
  }

  /** The bytes of a file. */
  read(sha256: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null> {
    return this.#blobs.read(sha256, range);
  }

  /** The beginning of a file; null when its bytes are gone. */
  async readStart(file: FileRecord, limit: number): Promise<Uint8Array | null> {
    const length = Math.min(limit, file.size);
    if (length === 0) return new Uint8Array();
    const stream = await this.#blobs.read(file.sha256, { start: 0, end: length });
    return stream === null ? null : await new Response(stream).bytes();
  }

  /** Removes a file from its run. */
  async remove(file: FileRecord): Promise<boolean> {
    return await this.#alone(async () => {
      const removed = await this.#store.files.remove(file.key);
      if (removed) await this.#drop([file.sha256]);
      return removed;
    });
  }

  /** Deletes a run with its files, and gives their space back. */
  async deleteRun(run: StoredRun): Promise<boolean> {
    const hashes: string[] = [];
    let after: string | null = null;
    do {
      const page = await this.#store.files.list(run.key, { first: 1000, after });
      hashes.push(...page.files.map(({ sha256 }) => sha256));
      after = page.hasNextPage ? page.endCursor : null;
    } while (after !== null);
    const deleted = await this.#alone(async () => {
      const deleted = await this.#store.runs.delete(run.key);
      await this.#drop(hashes);
      return deleted;
    });
    await this.#store.reclaim();
    return deleted;
  }

  /** Removes bytes that a server which was killed has left without a record. */
  async removeOrphans(now: number): Promise<number> {
    let removed = 0;
    for await (const { sha256, modifiedAt } of this.#blobs.list()) {
      if (now - modifiedAt < ORPHAN_MS) continue;
      removed += await this.#alone(() => this.#drop([sha256]));
    }
    return removed;
  }

  async #drop(hashes: readonly string[]): Promise<number> {
    const free = await this.#store.files.unreferenced([...new Set(hashes)]);
    for (const hash of free) await this.#blobs.delete(hash);
    return free.length;
  }

  /** One at a time: bytes must not be removed while a record of the same bytes is being made. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }
}
