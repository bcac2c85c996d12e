import { describe, expect, test } from "vitest";
import { WorkerHost } from "../../src/worker/host.ts";
import { runDirectories, runScript } from "../session/script.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();

/** A process of its own: what an error in a worker does to a process is part of the question. */
const SCRIPT = (deaths: number) => `
import { WorkerHost } from ${
  JSON.stringify(new URL("../../src/worker/host.ts", import.meta.url).href)
};
const run = await cellar.init({ dir: DIR, mode: "offline", settings: { quiet: true } });
for (let i = 0; i < 100; i++) run.log({ loss: i });
await new Promise((r) => setTimeout(r, 50));
const host = new WorkerHost(new URL(${
  JSON.stringify(new URL("./mortal.ts", import.meta.url).href)
}));
const warnings = [];
let died = 0;
host.open(run.directory, { live: false, interrupt: false, services: {} }, {
  panel() {}, report() {}, vanished() {}, died: () => died++, interrupt() {}, warning: (message) => warnings.push(message),
});
const drawn = [];
for (let i = 0; i < ${deaths}; i++) {
  const answer = await host.draw(run.directory, { kind: "chart", metrics: ["loss"], options: {} })
    .catch((error) => ({ text: error.message }));
  drawn.push(answer.text);
  Deno.writeTextFileSync(Deno.env.get("CELLAR_TEST_DEATHS") + "/" + i, "");
  await new Promise((r) => setTimeout(r, 200));
}
console.log(JSON.stringify({ drawn, warnings, died }));
await host.close(run.directory, 100);
await run.finish();`;

async function withDeaths(deaths: number) {
  const dir = Deno.makeTempDirSync({ dir: parent });
  const folder = Deno.makeTempDirSync({ dir: parent });
  const result = await runScript(SCRIPT(deaths), { dir, env: { CELLAR_TEST_DEATHS: folder } });
  return { ...result, said: JSON.parse(result.stdout), run: result.run() };
}

describe("WorkerHost", () => {
  test("starts a worker that died again, and it draws from the record as before", async () => {
    const { code, said, run } = await withDeaths(3);
    expect(code).toBe(0);
    expect(said.drawn).toHaveLength(3);
    // The last death may not have been noticed yet.
    expect(said.died).toBeGreaterThanOrEqual(2);
    for (const text of said.drawn) expect(text).toMatch(/loss over step, 100 points/);
    expect(run).toMatchObject({ state: "finished", length: 100 });
  });

  test("gives up on a worker that always dies, with one warning, and the run goes on", async () => {
    const { code, said, run } = await withDeaths(8);
    expect(code).toBe(0);
    expect(said.drawn.at(-1)).toMatch(/background worker ended several times/);
    expect(said.warnings).toHaveLength(1);
    expect(run).toMatchObject({ state: "finished", length: 100 });
  });

  test("unavailable() names the permission that is missing, and null when none is", () => {
    expect(new WorkerHost().unavailable(parent)).toBeNull();
  });

  test("a worker never keeps a finished script alive", async () => {
    const dir = Deno.makeTempDirSync({ dir: parent });
    const begin = performance.now();
    await runScript(
      `const run = await cellar.init({ dir: DIR, settings: { quiet: true } }); run.log({ a: 1 });`,
      { dir },
    );
    expect(runDirectories(dir)).toHaveLength(1);
    // Far below any timeout of ours; a hanging process would be killed by the test's.
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});
