import { readKey } from "../../src/login/login_file.ts";
import { fromFileUrl } from "../session/paths.ts";

const CLI = fromFileUrl(new URL("../../src/cli.ts", import.meta.url));

/** Those of `deno task serve`. */
const FLAGS = ["--v8-flags=--max-semi-space-size=8"];

/** How Cellar's server is started in a folder, where it keeps its data and its login file. */
export function serverCommand(
  folder: string,
  port = 0,
): { args: string[]; env: Record<string, string> } {
  return {
    args: ["run", "-A", ...FLAGS, CLI, "server", "--port", `${port}`, "--data", `${folder}/data`],
    env: { XDG_CONFIG_HOME: folder, NO_COLOR: "1" },
  };
}

/** The key that a server of {@linkcode serverCommand} made for its own machine. */
export async function serverKey(folder: string, baseUrl: string): Promise<string> {
  // It listens before it has written the key.
  for (let tries = 0; tries < 500; tries++) {
    const key = await readKey(baseUrl, { path: `${folder}/cellar/login.json` });
    if (key !== undefined) return key;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Cannot log in: there is no key for ${baseUrl}`);
}

/** Works with Cellar's server in a process of its own, which ends and is forgotten after. */
export async function withServer<T>(
  work: (baseUrl: string, key: string, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  const child = new Deno.Command(Deno.execPath(), { ...serverCommand(folder), stdout: "piped" })
    .spawn();
  try {
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    while (!/listens on \S+\n/.test(said)) said += (await reader.read()).value ?? "";
    await reader.cancel();
    const baseUrl = /listens on (\S+)/.exec(said)![1]!;
    return await work(baseUrl, await serverKey(folder, baseUrl), folder);
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}
