import { basename } from "node:path";
import type { ImportedPackage, PackagesLine } from "../record/provenance_lines.ts";
import { redactUrl } from "./redact.ts";

/** What a lock file pins. */
export interface LockedPackages {
  readonly from: Extract<PackagesLine["from"], "deno.lock" | "package-lock.json">;
  readonly packages: readonly ImportedPackage[];
  readonly remote: readonly string[];
}

const MAX_PACKAGES = 10_000;
const MAX_REMOTE = 1_000;

/**
 * Reads what a lock file pins, whether it is imported or not.
 *
 * @param path The name says which kind it is.
 * @returns Null when it is none that can be read.
 */
export function readLock(path: string, text: string): LockedPackages | null {
  try {
    const lock = JSON.parse(text) as Record<string, unknown>;
    return basename(path) === "package-lock.json" ? readNpmLock(lock) : readDenoLock(lock);
  } catch {
    return null;
  }
}

function readDenoLock(lock: Record<string, unknown>): LockedPackages {
  const packages: ImportedPackage[] = [];
  for (const registry of ["npm", "jsr"] as const) {
    for (const id of Object.keys(lock[registry] ?? {})) {
      // `name@version`, for npm followed by `_` and the peers that it was resolved with.
      const [, name, version] = /^(@?[^@]+)@([^_]+)/u.exec(id) ?? [];
      if (name !== undefined && version !== undefined) packages.push({ name, version, registry });
    }
  }
  const remote = Object.keys(lock["remote"] ?? {}).slice(0, MAX_REMOTE).map(redactUrl);
  return { from: "deno.lock", packages: distinct(packages), remote };
}

function readNpmLock(lock: Record<string, unknown>): LockedPackages {
  const packages: ImportedPackage[] = [];
  for (const [path, entry] of Object.entries(lock["packages"] ?? {})) {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/u.exec(path)?.[1];
    const version: unknown = (entry as { version?: unknown } | null)?.version;
    if (name !== undefined && typeof version === "string") {
      packages.push({ name, version, registry: "npm" });
    }
  }
  return { from: "package-lock.json", packages: distinct(packages), remote: [] };
}

/** A package may be there once for each set of peers. */
function distinct(packages: readonly ImportedPackage[]): ImportedPackage[] {
  const byId = new Map(packages.map((found) => [
    `${found.registry}:${found.name}@${found.version}`,
    found,
  ]));
  return [...byId.values()].slice(0, MAX_PACKAGES);
}
