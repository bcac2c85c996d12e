import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { join, RUN_FILES } from "../../src/record/layout.ts";
import { runDirectories, spawnScript } from "../session/script.ts";
import { tempDir } from "../temp.ts";
import { BadProxy } from "./bad_proxy.ts";
import { CellarServer } from "./cellar_server.ts";
import { deliver, Recording, syncing } from "./recording.ts";

/** How often each is killed; the environment asks for more. */
const KILLS = Number(Deno.env.get("CELLAR_TEST_KILLS") ?? 5);
const parent = tempDir();
const newDir = () => Deno.makeTempDirSync({ dir: parent });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
let server: CellarServer;
beforeAll(async () => {
  server = await CellarServer.start(newDir());
});
afterAll(() => server.kill());

/** Logs rows, some in several parts, until it is told to end or is killed. */
const LOGGER = `
const run = await cellar.init({
  project: "proj", dir: DIR, baseUrl: Deno.env.get("SERVER"), settings: { quiet: true },
});
Deno.stdout.writeSync(new TextEncoder().encode(run.id + "\\n"));
for (let i = 0;; i++) {
  cellar.log({ i, loss: 1 / (i + 1), text: "ü" + i }, { commit: i % 7 !== 0 });
  if (i % 20 === 0) run.alert({ title: "at " + i, text: "ü", level: "WARN" });
  if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 4));
  try {
    Deno.statSync(DIR + "/end");
    break;
  } catch { /* Not yet. */ }
}
await cellar.finish();
`;

function start(dir: string) {
  return spawnScript(LOGGER, {
    dir,
    env: { SERVER: server.baseUrl, WANDB_API_KEY: server.apiKey },
  });
}

async function firstLine(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the script has ended");
    text += value;
  }
  reader.cancel().catch(() => {});
  return text.trim();
}

/** Rows and alerts on the server are those on the disk: none lost, none twice, none changed. */
async function expectEqual(directory: string): Promise<void> {
  const run = openRun(directory);
  const rows = await server.rows("proj", run.id);
  expect(rows.length).toBe(run.length);
  expect(rows).toEqual([...run.rows()]);
  expect(await server.alerts("proj", run.id)).toEqual(recordedAlerts(directory));
}

function recordedAlerts(directory: string): string[] {
  const lines = Deno.readTextFileSync(join(directory, RUN_FILES.run)).split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "alert")
    .map(({ title }) => title);
}

describe("rows and alerts on the server equal those on disk", () => {
  test(
    `after the client was killed at ${KILLS} random moments and its run was synced, twice`,
    async () => {
      for (let i = 0; i < KILLS; i++) {
        const dir = newDir();
        const child = start(dir);
        const id = await firstLine(child);
        await pause(Math.random() * 700);
        child.kill("SIGKILL");
        await Promise.all([child.status, child.stderr.cancel()]);
        const directory = runDirectories(dir)[0]!;
        const { apiKey } = server;
        const crashed = { exitCode: 1, time: 1 };
        const target = { directory, id };
        // The syncing is cut off at a random moment too.
        const { sync } = syncing(target, server.baseUrl, { apiKey, crashed });
        await sync.finish(Math.random() * 40);
        for (let again = 0; again < 2; again++) {
          const delivery = await deliver(target, server.baseUrl, { apiKey, crashed });
          expect(delivery).toMatchObject({ left: 0, complete: true });
        }
        await expectEqual(directory);
      }
    },
    30_000 + KILLS * 10_000,
  );

  test(
    `after the server was killed at ${KILLS} random moments of a run`,
    async () => {
      const dir = newDir();
      const child = start(dir);
      await firstLine(child);
      for (let i = 0; i < KILLS; i++) {
        await pause(Math.random() * 900);
        await server.kill();
        await pause(Math.random() * 200);
        await server.start();
      }
      Deno.writeTextFileSync(`${dir}/end`, "");
      const [{ code }, stderr] = await Promise.all([
        child.status,
        new Response(child.stderr).text(),
      ]);
      expect(code).toBe(0);
      expect(stderr).not.toContain("not delivered");
      await expectEqual(runDirectories(dir)[0]!);
    },
    60_000 + KILLS * 5_000,
  );

  test("after all went through a proxy that cuts, delays, doubles and reorders", async () => {
    const recording = new Recording(newDir(), { id: "proxied" });
    await using proxy = new BadProxy(server.baseUrl);
    const { sync } = syncing(recording, proxy.baseUrl, { apiKey: server.apiKey });
    for (let i = 0; i < 15; i++) {
      recording.log(Math.ceil(Math.random() * 100));
      const alert = { title: "again", text: `${i}`, level: "INFO", wait: 60_000 } as const;
      recording.line({ type: "alert", ...alert, time: i });
      await pause(Math.random() * 120);
    }
    recording.finish();
    expect(await sync.finish(60_000)).toMatchObject({ complete: true, left: 0 });
    await pause(600);
    await expectEqual(recording.directory);
  }, 90_000);
});
