/** A name for a message: quoted, and cut when it is long. */
export function quoteName(name: string): string {
  const shown = name.length > 80 ? `${name.slice(0, 80).toWellFormed()}…` : name;
  return JSON.stringify(shown);
}

const ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** A new run id: eight random letters and digits. */
export function makeRunId(): string {
  let id = "";
  while (id.length < 8) {
    // Values past the largest multiple of 36 would favour the first letters.
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
      if (byte < 252 && id.length < 8) id += ID_ALPHABET[byte % 36];
    }
  }
  return id;
}

/**
 * Checks a run id by W&B's rules.
 *
 * @throws {TypeError} When it is empty, begins or ends with white space, holds one of `:;,#?/'`, or is
 * `.` or `..`, which are no part of an address.
 */
export function checkRunId(id: string): string {
  if (id === "" || id !== id.trim()) {
    throw new TypeError(`Cannot use the run id ${quoteName(id)}: it is empty or has outer spaces`);
  }
  // deno-lint-ignore no-control-regex -- a run id is the name of a directory
  const bad = /[:;,#?/'\\\x00-\x1f]/.exec(id)?.[0];
  if (bad !== undefined) {
    throw new TypeError(`Cannot use the run id ${quoteName(id)}: it contains ${quoteName(bad)}`);
  }
  if (id.length > 128) {
    throw new TypeError(`Cannot use the run id ${quoteName(id)}: ${id.length} characters, of 128`);
  }
  if (isDots(id)) {
    throw new TypeError(`Cannot use the run id ${quoteName(id)}: no address can have it`);
  }
  return id;
}

/**
 * Checks a project's name by W&B's rules.
 *
 * @throws {TypeError} When it is empty, longer than 128 characters, holds one of `/\#?%:`, or is `.`
 * or `..`, which are no part of an address.
 */
export function checkProject(project: string): string {
  if (project === "" || project.length > 128) {
    throw new TypeError(
      `Cannot use the project ${quoteName(project)}: it must have 1 to 128 characters`,
    );
  }
  // deno-lint-ignore no-control-regex -- shown in terminals and addresses
  const bad = /[/\\#?%:\x00-\x1f]/.exec(project)?.[0];
  if (bad !== undefined) {
    throw new TypeError(
      `Cannot use the project ${quoteName(project)}: it contains ${quoteName(bad)}`,
    );
  }
  if (isDots(project)) {
    throw new TypeError(`Cannot use the project ${quoteName(project)}: no address can have it`);
  }
  return project;
}

/** What every client resolves away in an address. */
function isDots(name: string): boolean {
  return name === "." || name === "..";
}

/**
 * Checks tags by W&B's rules, and drops repeated ones.
 *
 * @throws {TypeError} When one is not a string of 1 to 64 characters.
 */
export function checkTags(tags: readonly string[]): string[] {
  for (const tag of tags) {
    if (typeof tag !== "string" || tag === "" || tag.length > 64) {
      throw new TypeError(
        `Cannot use the tag ${quoteName(String(tag))}: it must have 1 to 64 characters`,
      );
    }
  }
  return [...new Set(tags)];
}

const ADJECTIVES = ("amber bold brisk calm clear cool crisp deep dry dusky early fair fine firm " +
  "fresh gentle golden grand keen late light lively long mellow mild misty noble pale quiet rare " +
  "rich round royal ruby silent silky smooth soft spry still sunny tawny velvet vivid warm")
  .split(" ");
const NOUNS = ("arch barrel bloom bottle branch cask cave cellar cloud cork creek dew dune field " +
  "flint glade grape grove harvest hill lake leaf meadow moon moss oak orchard press ravine reef " +
  "ridge river root sea slope spring stone storm stream sun terrace valley vine vintage wood")
  .split(" ");

/** An invented name for a run, such as `mellow-orchard-12`. */
export function makeRunName(number: number): string {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint32Array(2));
  return `${ADJECTIVES[a % ADJECTIVES.length]}-${NOUNS[b % NOUNS.length]}-${number}`;
}
