import { escapeHtml } from "../charts/escape.ts";
import { reasonOf } from "../names/reason.ts";

/** What the Deno kernel asks a value for when it is the result of a cell. */
export const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** Content by MIME type. */
type MimeBundle = Record<string, string>;

/** A drawing as HTML, and the same in words. */
export interface Shown {
  readonly html: string;
  readonly text: string;
}

/** Draws a value at the end of a cell; what cannot be drawn says why, and does not fail the cell. */
export async function show(
  problem: string | undefined,
  draw: () => Promise<Shown> | Shown,
): Promise<MimeBundle> {
  let why = problem;
  if (why === undefined) {
    try {
      const { html, text } = await draw();
      return { "text/html": html, "text/plain": text };
    } catch (error) {
      why = reasonOf(error);
    }
  }
  const text = `Cannot show this: ${why}`;
  return { "text/html": `<div style="opacity:.8">${escapeHtml(text)}</div>`, "text/plain": text };
}
