/**
 * Writes `assets_data.ts`: the files of this folder as texts of a module, since a package cannot
 * read files beside it wherever it runs from. Scripts lose their types and nothing else.
 *
 *     deno run -RW src/dashboard/assets/generate.ts
 *
 * @module
 */

import { stripTypeScriptTypes } from "node:module";

const FOLDER = new URL("./", import.meta.url);

/** The text of the generated module. */
export function generateAssets(): string {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
    .filter((name) => name !== "generate.ts")
    .sort();
  const entries = names.map((name) => {
    const text = Deno.readTextFileSync(new URL(name, FOLDER));
    const output = name.endsWith(".ts") ? script(text) : text;
    return `  ${JSON.stringify(name.replace(/\.ts$/, ".js"))}: ${JSON.stringify(output)},\n`;
  });
  return `// Written by assets/generate.ts.\n// deno-fmt-ignore-file\n\n` +
    `/** The style sheet, the scripts and the images of the pages, by name. */\n` +
    `export const ASSETS = {\n${entries.join("")}} as const;\n`;
}

function script(source: string): string {
  return stripTypeScriptTypes(source)
    .replace(/(from "\.\/\w+)\.ts"/g, '$1.js"')
    // What is left of the types is white space.
    .replace(/[ \t]+$/gm, "")
    .replace(/^\/\/\/ <reference.*\n/gm, "")
    .replace(/\n{3,}/g, "\n\n");
}

if (import.meta.main) {
  Deno.writeTextFileSync(new URL("../assets_data.ts", import.meta.url), generateAssets());
}
