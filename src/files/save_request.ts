import type { FilePolicy } from "../record/file_list.ts";

/** Files that are to become a part of the run. */
export interface SaveRequest {
  /** An absolute path, which may hold `*`, `**`, `?` and `[…]`. */
  readonly pattern: string;
  /** Where the names of the files begin: they are saved under their path from here. */
  readonly base: string;
  readonly policy: FilePolicy;
}
