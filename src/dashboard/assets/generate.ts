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

/** The parts of the style sheet: of two rules that are as specific, the later one holds. */
const STYLES = [
  "base",
  "frame",
  "parts",
  "menus",
  "projects",
  "runs",
  "files",
  "run",
  "charts",
  "media",
  "sections",
  "embedded",
  "surroundings",
];

/** The text of the generated module. */
export function generateAssets(): string {
  const names = [...Deno.readDirSync(FOLDER)].filter(({ isFile }) => isFile)
    .map(({ name }) => name)
    .filter((name) => name !== "generate.ts");
  const texts = new Map([["style.css", styleSheet()]]);
  for (const name of names) {
    const text = Deno.readTextFileSync(new URL(name, FOLDER));
    if (name.endsWith(".ts")) texts.set(name.replace(/\.ts$/, ".js"), script(text));
    else texts.set(name, text);
  }
  const entries = [...texts].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, text]) => `  ${JSON.stringify(name)}: ${JSON.stringify(text)},\n`);
  return `// Written by assets/generate.ts.\n// deno-fmt-ignore-file\n\n` +
    `/** The style sheet, the scripts and the images of the pages, by name. */\n` +
    `export const ASSETS = {\n${entries.join("")}} as const;\n`;
}

function styleSheet(): string {
  const parts = STYLES.map((name) => Deno.readTextFileSync(new URL(`styles/${name}.css`, FOLDER)));
  return parts.join("\n");
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
