/** Import, `init` to the first `log`, and `finish` after the last row. Prints JSON. */
const [dir = "."] = Deno.args;
const start = performance.now();
const { init } = await import("../../mod.ts");
const imported = performance.now();
const run = await init({ project: "bench", dir, settings: { quiet: true } });
run.log({ a: 1 });
const logged = performance.now();
for (let i = 0; i < 100; i++) {
  run.log({ a: i });
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const before = performance.now();
await run.finish();
console.log(JSON.stringify({
  importMs: imported - start,
  initToLogMs: logged - imported,
  finishMs: performance.now() - before,
}));
