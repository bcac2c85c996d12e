import { UnrecordableValue } from "../record/encode_value.ts";

/** What is made of a list: of those that can be recorded. */
export interface ListParts<Item, Part> {
  readonly items: readonly Item[];
  readonly parts: readonly Part[];
  /** Why others are left out; the first reason. */
  readonly left: { readonly warnings?: readonly string[] };
}

/**
 * Makes something of each item of a list, and leaves out what cannot be recorded.
 *
 * @throws {UnrecordableValue} When nothing is left of it.
 */
export function listParts<Item, Part>(
  list: readonly Item[],
  partOf: (item: Item) => Part,
): ListParts<Item, Part> {
  const items: Item[] = [];
  const parts: Part[] = [];
  let problem: UnrecordableValue | undefined;
  for (const item of list) {
    try {
      parts.push(partOf(item));
      items.push(item);
    } catch (error) {
      if (!(error instanceof UnrecordableValue)) throw error;
      problem ??= error;
    }
  }
  if (problem === undefined) return { items, parts, left: {} };
  if (parts.length === 0) throw problem;
  return {
    items,
    parts,
    left: { warnings: [`a part is left out because ${problem.message}`] },
  };
}
