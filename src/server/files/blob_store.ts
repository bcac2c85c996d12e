/** The bytes of files, by the hash of their content: the same bytes are kept once. */
export interface BlobStore {
  /**
   * Receives bytes, which are never whole in memory, and hashes them on the way.
   *
   * @param source The bytes.
   * @param limits How many there may be, and how many there must be.
   * @throws {BlobError} When there are too many, or not as many as were announced.
   */
  receive(
    source: ReadableStream<Uint8Array>,
    limits: { readonly max: number; readonly expected?: number | undefined },
  ): Promise<ReceivedBlob>;

  /**
   * The bytes from `start` up to but not including `end`; null when they are not there.
   *
   * @param range All of them when it is left out.
   */
  read(
    sha256: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<ReadableStream<Uint8Array> | null>;

  /** Forgets bytes. */
  delete(sha256: string): Promise<void>;

  /** All that is kept, for finding what nothing refers to. */
  list(): AsyncIterable<{ readonly sha256: string; readonly modifiedAt: number }>;
}

/** Bytes that have arrived. */
export interface ReceivedBlob {
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Base64. */
  readonly md5: string;
  /** Puts them in their place. */
  keep(): Promise<void>;
  /** Forgets them; does nothing once they are kept. */
  discard(): Promise<void>;
}

/** Bytes that were not as announced. */
export class BlobError extends Error {
  override name = "BlobError";
}
