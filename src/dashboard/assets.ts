import { createHash } from "node:crypto";
import { ASSETS } from "./assets_data.ts";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};
const YEAR = 31_536_000;
/** Changes with any of them, so that browsers may keep them for good. */
const VERSION = createHash("sha256").update(JSON.stringify(ASSETS)).digest("hex").slice(0, 12);
const FOLDER = `/-/assets/${VERSION}/`;

/** The address of a style sheet, a script or an image of the pages. */
export function asset(name: keyof typeof ASSETS): string {
  return FOLDER + name;
}

/** Answers a request for one of them; null when there is none at that path. */
export function serveAsset(path: string): Response | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!Object.hasOwn(ASSETS, name)) return null;
  // Who asks for another version runs a page from before an update.
  const lasting = path.startsWith(FOLDER);
  return new Response(ASSETS[name as keyof typeof ASSETS], {
    headers: {
      "content-type": TYPES[name.slice(name.lastIndexOf(".") + 1)]!,
      "cache-control": lasting ? `public, max-age=${YEAR}, immutable` : "no-cache",
      "x-content-type-options": "nosniff",
    },
  });
}
