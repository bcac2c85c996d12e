import { readKey } from "../../src/login/login_file.ts";
import { listening, serverCommand } from "../server/process.ts";

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
  const child = new Deno.Command(Deno.execPath(), {
    ...serverCommand(folder, "--port", "0"),
    stdout: "piped",
  }).spawn();
  try {
    const baseUrl = await listening(child);
    return await work(baseUrl, await serverKey(folder, baseUrl), folder);
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}
