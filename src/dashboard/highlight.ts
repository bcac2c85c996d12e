import { type Html, markup, trusted } from "./html.ts";

const KEYWORDS = new Set(
  ("abstract and as async await break case catch class const continue def default delete do elif " +
    "else enum except export extends false finally for from function if implements import in " +
    "instanceof interface is lambda let new None not null of or pass raise readonly return " +
    "satisfies static super switch this throw true True False try type typeof undefined using var " +
    "void while with yield").split(" "),
);

/** A comment, a text, a number or a word: enough to tell them apart, in either language. */
const TOKEN =
  /(\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|(?<=^|\n)\s*#[^\n]*)|("(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\[^]|[^`\\])*`?)|(\b\d[\w.]*\b)|([A-Za-z_$][\w$]*)/g;

/** TypeScript or Python with its comments, texts, numbers and keywords marked. */
export function highlight(source: string): Html {
  const parts: Html[] = [];
  let at = 0;
  for (const match of source.matchAll(TOKEN)) {
    const [token, comment, text, number, word] = match;
    const kind = comment !== undefined
      ? "c"
      : text !== undefined
      ? "s"
      : number !== undefined
      ? "n"
      : KEYWORDS.has(word!)
      ? "k"
      : undefined;
    if (kind === undefined) continue;
    parts.push(markup`${source.slice(at, match.index)}<span class="${kind}">${token}</span>`);
    at = match.index + token.length;
  }
  parts.push(markup`${source.slice(at)}`);
  return trusted(parts.join(""));
}
