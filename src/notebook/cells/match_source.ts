import * as module from "node:module";

type StripTypes = (source: string, options: { readonly mode: "transform" }) => string;

/** Statements that import, as people write them. */
const STATIC_IMPORT =
  /^[ \t]*import\s+(type\s)?(?:[\w$*{][^"'()]*?\sfrom\s*)?(["'])(.+?)\2[^\n;]*;?/gm;
/** What the kernel makes of them. */
const DYNAMIC_IMPORT =
  /^[ \t]*(?:(?:const|let|var)\s+[\w$*{][^=]*?=\s*)?await\s+import\(\s*(["'])(.+?)\1[^;\n]*\);?/gm;

/**
 * The text that a cell's source and what the kernel made of it have in common: types are removed,
 * imports are sorted, white space and semicolons do not count.
 *
 * @param transpiled Whether the source has been through the kernel.
 * @returns Undefined for a source that does not compile.
 */
export function comparableSource(source: string, transpiled: boolean): string | undefined {
  const imports: string[] = [];
  const collect = (specifier: string) => {
    imports.push(specifier);
    return "";
  };
  let text = source;
  if (!transpiled) {
    text = text.replace(
      STATIC_IMPORT,
      (_all, type: string | undefined, _quote, from: string) => type ? "" : collect(from),
    );
  }
  text = text.replace(DYNAMIC_IMPORT, (_all, _quote, from: string) => collect(from));
  if (!transpiled) {
    const stripped = stripTypes(text);
    if (stripped === undefined) return undefined;
    text = stripped.replace(/^export\s+(?:default\s+)?(?=\S)/gm, "");
  }
  // Where all that was left are types, the compiler marks a module.
  const body = text.replace(/[\s;]+/g, "").replace(/^export\{\}|export\{\}$/g, "");
  return `${imports.toSorted().join("\n")}\n\n${body}`;
}

function stripTypes(source: string): string | undefined {
  // Older type declarations lack the function, newer ones the mode.
  const { stripTypeScriptTypes: strip } = module as unknown as {
    stripTypeScriptTypes?: StripTypes;
  };
  try {
    return strip === undefined ? source : strip(source, { mode: "transform" });
  } catch {
    return undefined;
  }
}
