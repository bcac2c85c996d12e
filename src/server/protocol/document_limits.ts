import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from "graphql";
import { Refusal } from "../refusal.ts";

/** Fields of a document with every fragment in its places, and levels of them. */
const MAX_FIELDS = 3000;
const MAX_DEPTH = 25;

/** Fields with an alias: each is worked out by itself. */
const MAX_ALIASES = 50;

/** What a document asks for at most. */
interface Size {
  readonly fields: number;
  readonly aliases: number;
  readonly depth: number;
}

/**
 * Refuses documents that ask for more than any client does. Counting takes each fragment once,
 * however often it is spread.
 *
 * @throws {Refusal} When it is too much.
 */
export function checkDocument(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === "FragmentDefinition") fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Size | null>();

  const sizeOf = (set: SelectionSetNode | undefined, level: number): Size => {
    if (level > MAX_DEPTH) throw tooMuch();
    let [fields, aliases, depth] = [0, 0, 0];
    for (const selection of set?.selections ?? []) {
      let size: Size;
      if (selection.kind === "FragmentSpread") {
        size = sizeOfFragment(selection.name.value, level);
      } else {
        size = sizeOf(selection.selectionSet, level + 1);
        if (selection.kind === "Field") {
          fields++;
          if (selection.alias !== undefined) aliases++;
        }
      }
      fields += size.fields;
      aliases += size.aliases;
      depth = Math.max(depth, size.depth + 1);
      if (fields > MAX_FIELDS || aliases > MAX_ALIASES || depth > MAX_DEPTH) throw tooMuch();
    }
    return { fields, aliases, depth };
  };

  const sizeOfFragment = (name: string, level: number): Size => {
    const size = known.get(name);
    if (size === null) throw new Refusal(`Cannot run the query: the fragment ${name} holds itself`);
    if (size !== undefined) return size;
    known.set(name, null);
    const counted = sizeOf(fragments.get(name)?.selectionSet, level);
    known.set(name, counted);
    return counted;
  };

  for (const definition of document.definitions) {
    if (definition.kind === "OperationDefinition") sizeOf(definition.selectionSet, 0);
  }
}

function tooMuch(): Refusal {
  return new Refusal(
    `Cannot run the query: it asks for more than ${MAX_FIELDS} fields, ${MAX_ALIASES} aliases or ` +
      `${MAX_DEPTH} levels`,
  );
}
