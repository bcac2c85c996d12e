import jsTokens from "js-tokens";
import { escapeHtml, truncate } from "./escape.ts";
import { CATEGORICAL, NEUTRAL } from "./palette.ts";

/** Longer code is cut. */
const MAX_CODE = 20_000;

const [BLUE, ORANGE, GREEN, , VIOLET] = CATEGORICAL;

const KEYWORDS = new Set(
  ("abstract as async await break case catch class const continue debugger declare default delete " +
    "do else enum export extends finally for from function if implements import in instanceof " +
    "interface is keyof let namespace new of private protected public readonly return satisfies " +
    "static super switch this throw try type typeof using var void while with yield").split(" "),
);
const CONSTANTS = new Set(["true", "false", "null", "undefined", "NaN", "Infinity"]);

/**
 * TypeScript as HTML for a `<pre>`, with colours that are there without a style sheet and can be
 * read on light and dark pages.
 *
 * @example
 * ```ts
 * highlight("const a = 1;"); // '<span style="color:#8968d4">const</span> a = …'
 * ```
 */
export function highlight(code: string): string {
  let html = "";
  let run = "";
  let color: string | undefined;
  const flush = () => {
    const text = escapeHtml(run);
    html += color === undefined ? text : `<span style="color:${color}">${text}</span>`;
    run = "";
  };
  for (const { type, value } of jsTokens(truncate(code, MAX_CODE))) {
    const next = colorOf(type, value);
    if (next !== color && run !== "") flush();
    color = next;
    run += value;
  }
  flush();
  return html;
}

function colorOf(type: string, value: string): string | undefined {
  switch (type) {
    case "SingleLineComment":
    case "MultiLineComment":
    case "HashbangComment":
      return NEUTRAL;
    case "StringLiteral":
    case "NoSubstitutionTemplate":
    case "TemplateHead":
    case "TemplateMiddle":
    case "TemplateTail":
    case "RegularExpressionLiteral":
      return GREEN;
    case "NumericLiteral":
      return ORANGE;
    case "IdentifierName":
      return KEYWORDS.has(value) ? VIOLET : CONSTANTS.has(value) ? BLUE : undefined;
    default:
      return undefined;
  }
}
