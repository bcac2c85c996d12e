import { expect, test } from "vitest";
import { readKey } from "../../src/login/login_file.ts";
import { serve } from "../../src/server/mod.ts";
import { listening, serverCommand } from "./process.ts";
import { basic } from "./testing.ts";

function command(folder: string, ...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    ...serverCommand(folder, ...args),
    stdout: "piped",
    stderr: "piped",
  });
}

test(
  "a second server on a data folder is refused, with who has it, until that one is gone",
  async () => {
    const folder = await Deno.makeTempDir();
    const first = command(folder, "--port", "0").spawn();
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
    const third = command(folder, "--port", "0").spawn();
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
