import { describe, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { runDirectories, spawnScript } from "../session/script.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();

/** Logs at a rate, and says on its standard output after each row that `log` has returned. */
const LOGGER = (perSecond: number) => `
const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
const said = new Int32Array(1);
const bytes = new Uint8Array(said.buffer);
for (let i = 0; ; i++) {
  cellar.log({ i, loss: 1 / (i + 1), acc: 0.5 });
  said[0] = i + 1;
  ${perSecond > 1000 ? "if (i % 100 === 0)" : ""} Deno.stdout.writeSync(bytes);
  const until = performance.now() + ${1000 / perSecond};
  while (performance.now() < until);
}`;

/** Kills a script at a random moment; gives back how many rows it had logged, at least. */
async function killAtRandom(source: string, dir: string): Promise<number> {
  const child = spawnScript(source, { dir });
  let logged = 0;
  const reader = child.stdout.getReader();
  const reading = (async () => {
    for (let rest = new Uint8Array(0);;) {
      const { value, done } = await reader.read();
      if (done) return;
      const bytes = new Uint8Array([...rest, ...value]);
      const whole = bytes.length - bytes.length % 4;
      if (whole > 0) logged = new DataView(bytes.buffer).getInt32(whole - 4, true);
      rest = bytes.slice(whole);
    }
  })();
  while (logged === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 250));
  child.kill("SIGKILL");
  await Promise.all([child.status, reading, child.stderr.cancel()]);
  return logged;
}

describe("kill -9 at a random moment", () => {
  test.each([10, 900])(
    "at %i rows a second loses nothing that log() returned from",
    async (rate) => {
      for (let i = 0; i < 5; i++) {
        const dir = Deno.makeTempDirSync({ dir: parent });
        const logged = await killAtRandom(LOGGER(rate), dir);
        const run = openRun(runDirectories(dir)[0]!);
        expect(run.length).toBeGreaterThanOrEqual(logged);
        expect(run.state).toBe("crashed");
        expect(run.damaged).toBe(0);
        const { i: column } = run.columns(["i"]);
        expect(column).toEqual(Array.from({ length: run.length }, (_, row) => row));
      }
    },
  );

  test("at 100,000 rows a second loses at most the last batch, and leaves no gap", async () => {
    for (let i = 0; i < 5; i++) {
      const dir = Deno.makeTempDirSync({ dir: parent });
      const logged = await killAtRandom(LOGGER(100_000), dir);
      const run = openRun(runDirectories(dir)[0]!);
      // A millisecond's rows; the loop cannot log faster than 500,000 a second.
      expect(run.length).toBeGreaterThanOrEqual(logged - 500);
      expect(run.state).toBe("crashed");
      const { i: column } = run.columns(["i"]);
      expect(column?.at(-1)).toBe(run.length - 1);
    }
  });
});
