/** The values of a repository's configuration that its state needs, by key, in order. */
export type GitConfig = ReadonlyMap<string, readonly string[]>;

/** Reads what `git config --null --get-regexp` writes: keys and values, each as it is. */
export function parseGitConfig(text: string): GitConfig {
  const config = new Map<string, string[]>();
  for (const entry of text.split("\0")) {
    if (entry === "") continue;
    const end = entry.indexOf("\n");
    const key = end < 0 ? entry : entry.slice(0, end);
    const values = config.get(key) ?? [];
    // A key without a value means `true`.
    values.push(end < 0 ? "true" : entry.slice(end + 1));
    config.set(key, values);
  }
  return config;
}

/** The names of the content filters that a configuration defines. */
export function filterNames(config: GitConfig): string[] {
  const names = new Set<string>();
  for (const key of config.keys()) {
    const name = /^filter\.(.*)\.[^.]*$/su.exec(key)?.[1];
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** The URL of the branch's remote, else of `origin`, else of the first; as it is configured. */
export function remoteUrl(config: GitConfig, branch: string | null): string | null {
  const own = branch === null ? undefined : config.get(`branch.${branch}.remote`)?.at(-1);
  for (const name of [own, "origin"]) {
    const url = name === undefined ? undefined : config.get(`remote.${name}.url`)?.[0];
    if (url !== undefined) return url;
  }
  // A branch may name its remote by the URL.
  if (own !== undefined && own.includes(":")) return own;
  for (const [key, [url]] of config) {
    if (/^remote\..*\.url$/su.test(key) && url !== undefined) return url;
  }
  return null;
}
