/** What finding a notebook through its server needs to know of the system. */
export interface ServerContext {
  /** Reads an environment variable. */
  readonly env: (name: string) => string | undefined;
  /** The connection file of the kernel; its name holds the kernel's id. */
  readonly connectionFile: string;
  readonly os: typeof Deno.build.os;
}

/** What a Jupyter Server says about itself in its runtime folder. */
interface Server {
  readonly url: string;
  readonly token: string;
  readonly root: string;
}

/** A server that does not answer must not hold up a run. */
const TIMEOUT_MS = 1_000;
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_SERVERS = 8;

/**
 * Asks the Jupyter Servers of this user which notebook the kernel belongs to, as servers before
 * version 2 do not tell their kernels.
 *
 * @returns The notebook's path; undefined when no server knows the kernel.
 */
export async function askServers(context: ServerContext): Promise<string | undefined> {
  const kernel = /kernel-([\w-]+)\.json$/.exec(context.connectionFile)?.[1];
  if (kernel === undefined) return undefined;
  for (const server of await findServers(context)) {
    const path = await askServer(server, kernel).catch(() => undefined);
    if (path !== undefined) return path;
  }
  return undefined;
}

async function askServer(server: Server, kernel: string): Promise<string | undefined> {
  const { url, token, root } = server;
  const response = await fetch(new URL("api/sessions", url), {
    headers: token === "" ? {} : { authorization: `token ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "error",
  });
  const text = await response.text();
  if (!response.ok || text.length > MAX_BYTES) return undefined;
  const sessions = JSON.parse(text) as unknown;
  if (!Array.isArray(sessions)) return undefined;
  for (const session of sessions) {
    if (session?.kernel?.id !== kernel) continue;
    const path = session?.notebook?.path ?? session?.path;
    if (typeof path === "string" && path.endsWith(".ipynb")) return `${root}/${path}`;
  }
  return undefined;
}

/** The servers whose descriptions are in the runtime folder, the kernel's own one first. */
async function findServers(context: ServerContext): Promise<Server[]> {
  const { env, connectionFile } = context;
  const folders = new Set([parentOf(connectionFile), ...runtimeFolders(context)]);
  const parent = env("JPY_PARENT_PID");
  const found: { readonly own: boolean; readonly server: Server }[] = [];
  for (const folder of folders) {
    try {
      for await (const { name, isFile } of Deno.readDir(folder)) {
        if (!isFile || !/^(jp|nb)server-.*\.json$/.test(name) || found.length >= MAX_SERVERS) {
          continue;
        }
        const server = parseServer(await Deno.readTextFile(`${folder}/${name}`));
        const own = parent !== undefined && name.endsWith(`-${parent}.json`);
        if (server !== undefined) found.push({ own, server });
      }
    } catch {
      // There is no such folder, or a description is being written.
    }
  }
  return found.toSorted((a, b) => Number(b.own) - Number(a.own)).map(({ server }) => server);
}

function parseServer(text: string): Server | undefined {
  const fields = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const { url, token = "", root_dir: root = fields["notebook_dir"] } = fields;
  if (typeof url !== "string" || typeof token !== "string" || typeof root !== "string") {
    return undefined;
  }
  return /^https?:\/\//.test(url) ? { url: url.replace(/\/*$/, "/"), token, root } : undefined;
}

/** Where Jupyter keeps what runs. */
function runtimeFolders({ env, os }: ServerContext): string[] {
  const named = env("JUPYTER_RUNTIME_DIR");
  if (named) return [named];
  const data = env("JUPYTER_DATA_DIR");
  if (data) return [`${data}/runtime`];
  const home = env("HOME") ?? env("USERPROFILE") ?? "";
  if (os === "darwin") return [`${home}/Library/Jupyter/runtime`];
  if (os === "windows") return [`${env("APPDATA") ?? home}/jupyter/runtime`];
  return [`${env("XDG_DATA_HOME") || `${home}/.local/share`}/jupyter/runtime`];
}

function parentOf(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, "");
}
