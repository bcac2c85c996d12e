import { ensureDir } from "@std/fs";

/** Where the login file is, and who asks: replaceable in tests. */
export interface LoginOptions {
  /**
   * The file.
   *
   * @default {`cellar/login.json` in `$XDG_CONFIG_HOME` or `~/.config`, in `%APPDATA%` on Windows}
   */
  readonly path?: string;
}

/** What the file holds: `{"servers":{"http://127.0.0.1:8080":{"key":"…"}}}`. */
interface LoginFile {
  servers: Record<string, { key: string }>;
}

/**
 * The path of the file that holds API keys by server.
 *
 * @throws {Error} When neither a home nor a configuration directory is known.
 */
export function loginFilePath(env: (name: string) => string | undefined = readEnv): string {
  const config = env("XDG_CONFIG_HOME") || env("APPDATA");
  if (config) return `${config}/cellar/login.json`;
  const home = env("HOME") || env("USERPROFILE");
  if (home) return `${home}/.config/cellar/login.json`;
  throw new Error("Cannot find the login file: neither HOME nor XDG_CONFIG_HOME is set");
}

/**
 * A server's address in one spelling: lower case scheme and host, no default port, no slash at the
 * end.
 *
 * @throws {TypeError} When it is not an `http:` or `https:` URL.
 */
export function normalizeBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `Cannot use the server ${JSON.stringify(baseUrl)}: it is not an http or https URL`,
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/** The key that is kept for a server; undefined when there is none, or no file. */
export async function readKey(
  baseUrl: string,
  options: LoginOptions = {},
): Promise<string | undefined> {
  const { servers } = await readLoginFile(options.path ?? loginFilePath());
  return servers[normalizeBaseUrl(baseUrl)]?.key;
}

/** The servers that keys are kept for. */
export async function loggedInServers(options: LoginOptions = {}): Promise<string[]> {
  const { servers } = await readLoginFile(options.path ?? loginFilePath());
  return Object.keys(servers);
}

/** Keeps a key for a server, in a file that its owner alone can read. */
export async function writeKey(
  baseUrl: string,
  key: string,
  options: LoginOptions = {},
): Promise<void> {
  await changeLoginFile(options, (servers) => servers[normalizeBaseUrl(baseUrl)] = { key });
}

/** Forgets the key for a server; says whether there was one. */
export async function removeKey(baseUrl: string, options: LoginOptions = {}): Promise<boolean> {
  const server = normalizeBaseUrl(baseUrl);
  let there = false;
  await changeLoginFile(options, (servers) => {
    there = server in servers;
    delete servers[server];
  });
  return there;
}

async function changeLoginFile(
  options: LoginOptions,
  change: (servers: LoginFile["servers"]) => void,
): Promise<void> {
  const path = options.path ?? loginFilePath();
  const folder = path.replace(/[/\\][^/\\]*$/, "");
  await ensureDir(folder);
  using lock = await Deno.open(`${path}.lock`, { create: true, write: true, mode: 0o600 });
  await lock.lock(true);
  const file = await readLoginFile(path);
  change(file.servers);
  // A file that is replaced is never half written, and never readable by others in between.
  const temporary = `${path}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(temporary, JSON.stringify(file, null, 2) + "\n", {
    mode: 0o600,
    createNew: true,
  });
  await Deno.rename(temporary, path);
}

async function readLoginFile(path: string): Promise<LoginFile> {
  let text;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { servers: {} };
    throw error;
  }
  let file: Partial<LoginFile> | null;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error(`Cannot read the login file ${path}: it is not JSON`);
  }
  // Without a prototype, no address can be mistaken for a property that every object has.
  return { servers: Object.assign(Object.create(null), file?.servers) };
}

function readEnv(name: string): string | undefined {
  return Deno.env.get(name);
}
