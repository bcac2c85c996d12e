import { Refusal } from "../refusal.ts";

/** First parts of addresses that are no entity's. */
const RESERVED = new Set([
  "-",
  "api",
  "authorize",
  "files",
  "graphql",
  "healthz",
  "login",
  "logout",
  "metrics",
  "oidc",
  "run-files",
  "sdk",
]);

/**
 * Checks the name of a user or team: it is the first part of the addresses of their runs.
 *
 * @throws {Refusal} When it is not 1 to 64 letters, digits, `-`, `_` and `.`, or serves otherwise.
 */
export function checkEntityName(name: string): string {
  if (!/^[\p{L}\p{N}_-][\p{L}\p{N}._-]{0,63}$/u.test(name)) {
    throw new Refusal(
      `Cannot use the name ${JSON.stringify(name.slice(0, 80))} for a user or team: ` +
        "a name is 1 to 64 letters, digits, -, _ and .",
    );
  }
  if (RESERVED.has(name.toLowerCase())) {
    throw new Refusal(
      `Cannot use the name ${JSON.stringify(name)} for a user or team: it is taken`,
    );
  }
  return name;
}
