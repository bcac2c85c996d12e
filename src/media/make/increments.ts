import type { Json } from "../../record/lines.ts";

/** Remembers the files of tables that are recorded piece by piece. */
export class Increments {
  readonly #paths = new Map<string, string[]>();

  /** Adds a piece; gives what its value says of those before. */
  add({ table, index }: { readonly table: string; readonly index: number }, path: string): {
    increment_num: number;
    previous_increments_paths: Json[];
  } {
    const paths = this.#paths.get(table) ?? [];
    this.#paths.set(table, [...paths, path]);
    return { increment_num: index, previous_increments_paths: [...paths] };
  }
}
