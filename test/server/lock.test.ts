import { expect, test } from "vitest";
import { readKey } from "../../src/login/login_file.ts";
import { serve } from "../../src/server/mod.ts";
import { fromFileUrl } from "../session/paths.ts";
import { basic } from "./testing.ts";

const CLI = fromFileUrl(new URL("../../src/cli.ts", import.meta.url));

function command(folder: string, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, "server", ...args, "--data", `${folder}/data`],
    env: { XDG_CONFIG_HOME: folder, NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function listening(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!/listens on \S+\n/.test(said)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The server ended: ${said}`);
    said += value;
  }
  await reader.cancel();
  return /listens on (\S+)/.exec(said)![1]!;
}

test(
  "a second server on a data folder is refused, with who has it, until that one is gone",
  async () => {
    const folder = await Deno.makeTempDir();
    const first = command(folder, "--port", "0");
    const baseUrl = await listening(first);

    const second = await command(folder, "--port", "0").output();
    const said = new TextDecoder().decode(second.stderr);
    expect(second.code).not.toBe(0);
    expect(said).toMatch(
      new RegExp(`Cannot serve \\S+: the server of process ${first.pid}, since 20\\S+ has it, at `),
    );
    expect(said).toContain(baseUrl);

    // What only reads, or adds a little, is not a server.
    const copy = await command(folder, "backup", `${folder}/copy`).output();
    expect([copy.code, new TextDecoder().decode(copy.stderr)]).toEqual([0, ""]);
    expect((await command(folder, "user", "add", "eve").output()).code).toBe(0);
    const key = await readKey(baseUrl, { path: `${folder}/cellar/login.json` });
    const answer = await fetch(`${baseUrl}/healthz`, { headers: basic(key!) });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();

    first.kill("SIGKILL");
    await first.status;
    await first.stderr.cancel();
    expect(Deno.readTextFileSync(`${folder}/data/server.lock`)).toContain(`"pid":${first.pid}`);
    const third = command(folder, "--port", "0");
    await listening(third);
    third.kill("SIGTERM");
    expect((await third.status).code).toBe(0);
    await third.stderr.cancel();
    await Deno.remove(folder, { recursive: true });
  },
  60_000,
);

test("serve() refuses a folder that a server of its own process has, and one that it could not serve", async () => {
  const folder = await Deno.makeTempDir();
  const options = { port: 0, data: `${folder}/data`, loginFile: null };
  const server = await serve(options);
  await expect(serve(options)).rejects.toThrow(`the server of process ${Deno.pid}, since`);
  const port = Number(new URL(server.baseUrl).port);
  const other = { ...options, data: `${folder}/other` };
  await expect(serve({ ...other, port })).rejects.toThrow("something else does");
  await server.close();
  // What failed to start has let its folder go.
  for (const again of [options, other]) await (await serve(again)).close();
  await Deno.remove(folder, { recursive: true });
});
