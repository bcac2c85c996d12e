import { relative } from "node:path";

/** A path as people like to read it: from the current directory, when that is shorter. */
export function shortPath(path: string): string {
  const short = relative(Deno.cwd(), path);
  return short !== "" && short.length < path.length ? short : path;
}
