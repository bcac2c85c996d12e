import { expect, test } from "vitest";
import { tempDir } from "../temp.ts";
import { serverCommand } from "./process.ts";

const DESCRIPTORS = 200;

async function isWell(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/healthz`, { signal: AbortSignal.timeout(1000) });
    return await response.text() !== "" && response.ok;
  } catch {
    return false;
  }
}

test.runIf(Deno.build.os === "linux")(
  "a server that has no file descriptors left for half-sent requests goes on when they are over",
  async () => {
    const folder = tempDir();
    const { args, env } = serverCommand(folder, "--port", "0");
    const command = `ulimit -n ${DESCRIPTORS}; exec "$0" "$@"`;
    const child = new Deno.Command("sh", {
      args: ["-c", command, Deno.execPath(), ...args],
      env,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const said = (await reader.read()).value!;
    const baseUrl = /listens on (\S+)/.exec(said)![1]!;
    const { hostname, port } = new URL(baseUrl);
    const half = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: ");
    const connections: Deno.Conn[] = [];
    for (let i = 0; i < 2 * DESCRIPTORS; i++) {
      try {
        const connection = await Deno.connect({ hostname, port: Number(port) });
        connections.push(connection);
        await connection.write(half);
      } catch {
        // It takes no more.
      }
    }
    for (const connection of connections) connection.close();
    const deadline = Date.now() + 20_000;
    while (!await isWell(baseUrl) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await isWell(baseUrl)).toBe(true);
    await reader.cancel();
    child.kill("SIGTERM");
    expect((await child.status).code).toBe(0);
    // That it had none left is in its log.
    expect(await new Response(child.stderr).text()).toContain("Too many open files");
  },
);
