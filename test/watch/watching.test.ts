import { expect, test } from "vitest";
import { begin, end } from "./recorded_run.ts";

test("run.watching draws what was watched, while the run goes on and after it", async () => {
  const run = await begin();
  expect(await run.watching.text()).toBe("Nothing was watched yet");
  const watching = run.watch(null, { log: "all", logFreq: 1 });
  for (let step = 0; step < 300; step++) {
    const w = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i + step) / (1 + step));
    watching.step({ gradients: { w }, parameters: { w, b: [step] } });
    run.log({ loss: 1 / (1 + step) });
  }
  expect(await run.watching.text()).toBe("Watched: 1 gradient, 2 parameters");
  const html = await run.watching.html();
  // A histogram a step is thinned out, the first and the last are there.
  expect(html).toMatch(
    /How b is spread at \d\d steps: from [^"]* at step 0, from [^"]* at step 299/,
  );
  expect(html).toContain("w over step, 300 points");
  await end(run);
  expect(await run.watching.html()).toBe(html);
});

test("watch() at the end of a cell says what it does", async () => {
  const run = await begin();
  const shown = (options: object) => {
    const watching = run.watch({ w: [1] }, options) as unknown as Record<
      symbol,
      () => Promise<Record<string, string>>
    >;
    return watching[Symbol.for("Jupyter.display")]!();
  };
  expect(await shown({})).toEqual({ "text/plain": "Watching gradients, every 100 steps" });
  expect(await shown({ log: "all", logFreq: 1 })).toEqual({
    "text/plain": "Watching gradients and parameters, every step",
  });
  await end(run);
});

test("watch() counts few values in few bins", async () => {
  const run = await begin();
  const sizes = [1, 32, 320, 25_088, 1_000_000];
  const gradients = Object.fromEntries(
    sizes.map((size) => [`n${size}`, Float32Array.from({ length: size }, Math.random)]),
  );
  run.watch(null).step({ gradients });
  const record = await end(run);
  const [row] = [...record.rows()];
  const bins = sizes.map((size) =>
    (row![`gradients/n${size}`] as { values: number[] }).values.length
  );
  expect(bins).toEqual([8, 8, 14, 59, 64]);
});
