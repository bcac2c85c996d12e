/** A turn of a conversation, with whatever else is known of it. */
export interface Turn {
  /** Who speaks: `system`, `user`, `assistant`, `tool`. */
  readonly role: string;
  /** What is said; parts of other kinds than text are written as JSON. */
  readonly content: string | null | readonly object[];
  /** Further facts: the model, tokens, a tool's calls. */
  readonly [key: string]: unknown;
}

/** A part of a turn, as the interfaces of language models have it. */
interface Part {
  readonly type?: unknown;
  readonly text?: unknown;
}

/** Turns as rows: first who and what, and then every further fact that some turn has. */
export function turnRows(turns: readonly Turn[]): { columns: string[]; rows: unknown[][] } {
  const further = new Set<string>();
  for (const turn of turns) for (const key of Object.keys(turn)) further.add(key);
  further.delete("role");
  further.delete("content");
  const columns = ["role", "content", ...further];
  return {
    columns,
    rows: turns.map((turn) =>
      columns.map((column) => {
        if (column === "content") return contentText(turn.content);
        return Object.hasOwn(turn, column) ? turn[column] : null;
      })
    ),
  };
}

function contentText(content: Turn["content"]): string | null {
  if (typeof content === "string" || content === null || content === undefined) {
    return content ?? null;
  }
  return Array.from(
    content,
    (part: Part) => typeof part?.text === "string" ? part.text : JSON.stringify(part),
  ).join("\n");
}
