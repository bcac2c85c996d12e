import { afterAll, beforeAll, expect, test } from "vitest";
import { readKey } from "../../src/login/login_file.ts";
import { fromFileUrl } from "../session/paths.ts";
import { TestServer } from "../sync/test_server.ts";
import { tempDir } from "../temp.ts";

const path = (relative: string) => fromFileUrl(new URL(relative, import.meta.url));
const KEY = "Key".repeat(16);
const dir = tempDir();
let server: TestServer;

beforeAll(() => {
  server = TestServer.start();
  server.apiKey = KEY;
});
afterAll(() => server.close());

/** A terminal needs Python; its tests are for machines that have it. */
const { success: hasPython } = await new Deno.Command("python3", {
  args: ["-c", "import fcntl, termios"],
  stdout: "null",
  stderr: "null",
}).output().catch(() => ({ success: false }));

/** Types keys where `cellar login` asks for one. */
async function logIn(keys: string, url = server.baseUrl) {
  const config = Deno.makeTempDirSync({ dir });
  const { stdout, stderr } = await new Deno.Command("python3", {
    args: [
      path("terminal.py"),
      "it is not shown: ",
      JSON.stringify(keys),
      Deno.execPath(),
      "run",
      "-A",
      path("../../src/cli.ts"),
      "login",
      url,
    ],
    env: { XDG_CONFIG_HOME: config, WANDB_API_KEY: "", NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(new TextDecoder().decode(stderr));
  const { shown, code, echo } = JSON.parse(text);
  const kept = await readKey(url, { path: `${config}/cellar/login.json` });
  // However it ends, the terminal is as it was.
  expect(echo).toBe(true);
  expect(shown).not.toContain(KEY.slice(0, 6));
  return { said: shown.slice(shown.indexOf("shown: ") + 7).trim(), code, kept };
}

test.runIf(hasPython)("cellar login shows nothing of a key that is typed", async () => {
  const said = `Logged in to ${server.baseUrl} as me`;
  expect(await logIn(`${KEY}\r`)).toEqual({ said, code: 0, kept: KEY });
  // Corrected by Backspace and by Ctrl-U, and ended by Ctrl-D.
  expect(await logIn(`wrong\u0015${KEY}xy\u007f\b\u0004`)).toEqual({ said, code: 0, kept: KEY });
});

test.runIf(hasPython)(
  "cellar login keeps nothing that is no key, or that nobody confirms",
  async () => {
    const wrong = await logIn("wrong\r");
    expect(wrong).toMatchObject({ code: 1, kept: undefined });
    expect(wrong.said).toContain("it refuses the API key");
    const empty = await logIn("\r");
    expect(empty).toMatchObject({ code: 1, kept: undefined });
    expect(empty.said).toContain("no key was given");
    const arrow = await logIn("abc\u001b[A\r");
    expect(arrow.said).toContain("nothing but plain letters and digits");
    const interrupted = await logIn(`${KEY}\u0003`);
    expect(interrupted).toEqual({ said: "cellar: Interrupted", code: 130, kept: undefined });
    const blocked = await logIn(`${KEY}\r`, "http://127.0.0.1:1");
    expect(blocked.said).toContain("requests to this port are not allowed");
    const free = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = free.addr as Deno.NetAddr;
    free.close();
    const away = await logIn(`${KEY}\r`, `http://127.0.0.1:${port}`);
    expect(away).toMatchObject({ code: 1, kept: undefined });
    expect(away.said).toContain("nothing listens there");
  },
);
