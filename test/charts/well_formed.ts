const TOKEN =
  /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|<|&(?!(?:amp|lt|gt|quot|#39);)/g;

/**
 * What is wrong with a document in the part of XML that drawings use: tags that do not nest,
 * attributes given twice, bare `<` and `&`, control characters. Undefined when nothing is.
 */
export function faultOf(xml: string): string | undefined {
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(xml)) return "control character";
  if (!xml.isWellFormed()) return "lone surrogate";
  const open: string[] = [];
  for (const [token, closing, name, attributes = "", empty] of xml.matchAll(TOKEN)) {
    if (name === undefined) return `bare ${token}`;
    const names = Array.from(attributes.matchAll(/([\w:-]+)="[^"]*"/g), ([, key]) => key);
    if (new Set(names).size !== names.length) return `attribute given twice in ${token}`;
    if (closing === "/") {
      if (open.pop() !== name) return `${token} closes nothing`;
    } else if (empty !== "/") {
      open.push(name);
    }
  }
  return open.length === 0 ? undefined : `${open.at(-1)} is not closed`;
}

/** Names that somebody may send. */
export const HOSTILE_NAMES: readonly string[] = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)`,
  `a & b &amp; c`,
  `]]></svg><script>`,
  "emoji 🦦🏔️",
  "lone \ud800 surrogate",
  "ends in \udc00",
  "control \u0000\u0007\u001b[31m",
  "line\nbreak\ttab",
  "\u202egnp.exe",
  "",
  "__proto__",
  "/",
  "x".repeat(10_000),
  "🦦".repeat(5_000),
];
