import { describe, expect, test } from "vitest";
import { globSync } from "node:fs";
import { resolveSettings } from "../../src/run/settings.ts";
import { fromFileUrl } from "../session/paths.ts";

const root = fromFileUrl(new URL("../..", import.meta.url));
const read = (path: string) => Deno.readTextFileSync(`${root}/${path}`);
const README = read("README.md").match(/^## Settings\n(.*?)^## /ms)![1]!;

/** The rows of an options interface: its fields with what their comments say. */
function rowsOf(path: string, name: string, prefix: string): string[] {
  const body = read(path).match(new RegExp(`interface ${name} \\{\n(.*?)\n\\}`, "s"))![1]!;
  const fields = body.matchAll(/ {2}\/\*\*(.*?)\*\/\n {2}readonly (\w+)\??:/gs);
  return Array.from(fields).filter(([, , field]) => field !== "settings").map((match) => {
    const [, comment, field] = match;
    const text = comment!.replace(/^\s*\*\s?/gm, " ").replace(/\s+/g, " ").trim();
    const [said, preset = ""] = text.split(/ @default \{(.*)\}/);
    const [sentence] = said!.split(/(?<=\.)\s/);
    const variables = Array.from(said!.matchAll(/`(WANDB_\w+(?:=\w+)?)`/g), ([name]) => name);
    const what = sentence!.replace(/ \((?:`WANDB_[^)]*)\)/g, "").replace(/\.$/, "");
    return row([`\`${prefix}${field}\``, what, code(preset), variables.join(", ")]);
  });
}

/** Values are code, and words are not. */
function code(preset: string): string {
  return /^(?:"[^" ]*"|[\d_]+|true|false)$/.test(preset) ? `\`${preset}\`` : preset;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.trim()).join(" | ")} |`;
}

describe("README's settings", () => {
  test("are all options of init() with their variables and defaults, as the code has them", () => {
    const table = README.split("\n").filter((line) => line.startsWith("|"))
      .map((line) => row(line.split(/(?<!\\)\|/).slice(1, -1)));
    expect(table.slice(2).join("\n")).toBe([
      ...rowsOf("src/run/settings.ts", "InitOptions", ""),
      ...rowsOf("src/run/settings.ts", "RunSettings", "settings."),
      ...rowsOf("src/system/settings.ts", "SystemSettings", "settings.system."),
    ].join("\n"));
  });

  test("name every environment variable that init() reads", () => {
    const asked = new Set<string>();
    resolveSettings({}, (name) => void asked.add(name));
    expect(asked.size).toBeGreaterThan(20);
    expect([...asked].filter((name) => !README.includes(`\`${name}`))).toEqual([]);
  });

  test("name every environment variable that stands in the code", () => {
    const found = new Set<string>();
    for (const path of globSync(`${root}/src/**/*.ts`)) {
      const source = Deno.readTextFileSync(path).replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
      const names = source.matchAll(
        /"((?:WANDB|JPY|JUPYTER|XDG|CELLAR|DENO|NPM)_[A-Z_]+)"|\b(?:env|readEnv|Deno\.env\.get)\("(\w+)"/g,
      );
      for (const [, known, asked] of names) found.add(known ?? asked!);
    }
    // Features of the server's protocol.
    for (const feature of ["CELLAR_LIVE", "CELLAR_NAMED_ALERTS"]) found.delete(feature);
    expect(found.size).toBeGreaterThan(30);
    expect([...found].filter((name) => !README.includes(`\`${name}`))).toEqual([]);
  });
});
