import { isGranted } from "../record/permissions.ts";

/** The part of this process's environment that a program needs to work at all. */
const kept = [
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "XDG_CACHE_HOME",
  "TMPDIR",
  "USERPROFILE",
  "HOMEDRIVE",
  "HOMEPATH",
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "ProgramFiles",
  "SystemRoot",
  "SystemDrive",
  "PATHEXT",
  "TEMP",
  "TMP",
];

/** Settings that win over every configuration file, so that Git starts no program for anyone. */
const overrides: readonly (readonly [string, string])[] = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", "/dev/null"],
  ["core.pager", "cat"],
  ["core.askPass", ""],
  ["core.sshCommand", "false"],
  ["core.alternateRefsCommand", ""],
  ["credential.helper", ""],
  ["protocol.allow", "never"],
  ["diff.external", ""],
  ["diff.submodule", "short"],
  ["diff.ignoreSubmodules", "dirty"],
  ["status.submoduleSummary", "false"],
  ["log.showSignature", "false"],
  ["gpg.program", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  // Else `git diff` writes the index, and so takes the lock that the user's own Git may need.
  ["diff.autoRefreshIndex", "false"],
  ["core.safecrlf", "false"],
  ["color.ui", "false"],
  // Larger files are called binary: their diff would be computed in memory.
  ["core.bigFileThreshold", "64m"],
];

/** Copies the variables named from this process's environment, as far as it may be read. */
export function inheritedEnvironment(names: readonly string[] = kept): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of names) {
    if (!isGranted({ name: "env", variable: name })) continue;
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/**
 * The environment in which Git reads a repository and does nothing else: no program of the
 * repository's choice, no lock, no prompt, no network. No `GIT_*` variable of the user's passes.
 *
 * @param filters The names of the content filters (`filter.<name>.clean`) to turn off.
 */
export function gitEnvironment(filters: readonly string[] = []): Record<string, string> {
  const settings = [...overrides];
  for (const name of filters) {
    settings.push([`filter.${name}.clean`, ""], [`filter.${name}.smudge`, ""]);
    settings.push([`filter.${name}.process`, ""], [`filter.${name}.required`, "false"]);
  }
  const env: Record<string, string> = {
    ...inheritedEnvironment(),
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: ":",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "false",
    SSH_ASKPASS: "false",
    GIT_SSH_COMMAND: "false",
    GIT_PAGER: "cat",
    GIT_EDITOR: "false",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_CONFIG_COUNT: String(settings.length),
  };
  settings.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return env;
}
