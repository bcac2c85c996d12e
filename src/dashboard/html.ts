import { escapeHtml, harmless, truncate } from "../charts/escape.ts";

/** HTML that is known to be safe: written here, or escaped. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What a template takes; nothing is shown for null, undefined and false. */
export type HtmlValue =
  | Html
  | string
  | number
  | false
  | null
  | undefined
  | readonly HtmlValue[];

/**
 * HTML from a template. Every value is escaped but those that are HTML themselves. Attributes have
 * to be quoted.
 *
 * @example
 * ```ts
 * markup`<p title="${name}">${name}</p>`;
 * ```
 */
export function markup(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0]!;
  for (let i = 0; i < values.length; i++) text += written(values[i]) + strings[i + 1]!;
  return new Html(text);
}

/** Trusted text as HTML: drawings of the chart module, and nothing that a stranger sent. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** An attribute without a value, such as `open`, or nothing. */
export function flag(name: string, on: boolean): Html {
  return new Html(on ? ` ${name}` : "");
}

/** A stranger's text on one line of bounded length. */
export function line(text: string, length = 120): string {
  return harmless(truncate(text, length), true);
}

function written(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "object") return value.map(written).join("");
  return escapeHtml(String(value));
}
