/** A file of a run. Its bytes are in the blob store under their hash. */
export interface FileRecord {
  readonly key: number;
  readonly run: number;
  /** Relative, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Base64, as W&B has it. */
  readonly md5: string;
  readonly updatedAt: number;
}

/** A page of files; each has the cursor that a list goes on after. */
export interface FilePage {
  readonly files: readonly FileRecord[];
  readonly cursors: readonly string[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}

/** Which files of which run. */
export interface FileRecordStore {
  /** Puts a file in its place; what was there is replaced. */
  put(run: number, file: Omit<FileRecord, "key" | "run">): Promise<FileRecord>;

  find(run: number, path: string): Promise<FileRecord | undefined>;
  get(file: number): Promise<FileRecord | undefined>;

  /** Files of a run by path. */
  list(
    run: number,
    page?: {
      names?: readonly string[] | undefined;
      /** With `%` and `_`, as SQL's LIKE. */
      pattern?: string | undefined;
      first?: number | undefined;
      after?: string | null | undefined;
    },
  ): Promise<FilePage>;

  /** How many, and how many bytes. */
  count(run: number): Promise<{ files: number; bytes: number }>;

  /** Removes a file from its run. */
  remove(file: number): Promise<boolean>;

  /** Which of these hashes no file refers to. */
  unreferenced(hashes: readonly string[]): Promise<string[]>;
}
