import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isGranted } from "../record/permissions.ts";

const MAX_FILES = 500;
const MAX_BYTES = 4 * 1024 * 1024;

const importing =
  /\b(?:import|export)\b[^"'`;]{0,5000}?\bfrom\s*["']([^"'\n]+)["']|\bimport\s*\(?\s*["']([^"'\n]+)["']/gu;

/** The specifiers that a module's text names in its imports; comments may seem to hold some. */
export function importSpecifiers(source: string): string[] {
  return [...source.matchAll(importing)].map(([, from, direct]) => from ?? direct ?? "");
}

/**
 * The files that a script reaches by relative imports, itself among them: what can be told of a
 * script without asking Deno.
 */
export async function localImports(script: string): Promise<string[]> {
  const found = new Set<string>();
  const waiting = [pathToFileURL(script).href];
  for (let url; found.size < MAX_FILES && (url = waiting.pop()) !== undefined;) {
    const path = fileURLToPath(url);
    if (found.has(path) || !isGranted({ name: "read", path })) continue;
    const source = await readFile(path, "utf8").catch(() => null);
    if (source === null || source.length > MAX_BYTES) continue;
    found.add(path);
    for (const specifier of importSpecifiers(source)) {
      if (!/^(?:\.{0,2}\/|file:)/u.test(specifier)) continue;
      const target = URL.parse(specifier, url);
      if (target?.protocol !== "file:" || target.pathname.includes("/node_modules/")) continue;
      target.search = target.hash = "";
      waiting.push(target.href);
    }
  }
  return [...found];
}
