/** What `online.py` logs, logged by Cellar's own client. */
export const CELLAR_SCRIPT = `
const settings = { quiet: true };
const start = (id: string, options = {}) =>
  cellar.init({ project: "proj", id: "cellar-" + id, dir: DIR, settings, ...options });

await start("basic", {
  name: "first", notes: "n1", tags: ["a", "b"], group: "g", jobType: "train",
  config: { lr: 0.1, net: { act: "relu", layers: [1, 2] } },
});
cellar.defineMetric("epoch");
cellar.defineMetric("val/*", { stepMetric: "epoch" });
cellar.defineMetric("loss", { summary: "min,max,mean,last" });
for (let i = 0; i < 100; i++) cellar.log({ loss: 1 / (i + 1), acc: i / 100, "val/x": i });
cellar.log({ epoch: 1, "val/acc": 0.5, nested: { a: { b: 2 } } });
console.log("hello stdout");
console.error("hello stderr");
cellar.summary.best = 0.99;
cellar.config.added = true;
await cellar.finish();

const odd = await start("odd");
odd.log({
  nan: NaN, inf: Infinity, neg: -Infinity, big: 2n ** 60n, text: "x", none: null, true: true,
  list: [1, 2], "a.b": 1, "c/d": 2, "ü 🎉": 3,
});
odd.log({ late: 1 }, { step: 5 });
odd.log({ part: 1 }, { step: 7, commit: false });
odd.log({ part2: 2 }, { step: 7, commit: false });
odd.log({ late: 2 }, { step: 3 });
odd.log({ array: Float64Array.from({ length: 100 }, (_, i) => i) }, { step: 7 });
Deno.writeTextFileSync(DIR + "/kept.txt", "kept bytes");
Deno.mkdirSync(DIR + "/sub dir");
Deno.writeTextFileSync(DIR + "/sub dir/ü file.txt", "unicode");
odd.save(DIR + "/kept.txt", { base: DIR });
odd.save(DIR + "/sub dir/ü file.txt", { base: DIR });
odd.alert({ title: "Title", text: "text body", level: "WARN", wait: 5_000 });
odd.alert({ title: "Title", text: "text body", level: "WARN", wait: 5_000 });
odd.name = "renamed";
odd.tags = [...odd.tags, "late-tag"];
odd.notes = "changed notes";
await odd.finish(3);

const media = await start("media");
const table = new cellar.Table(["x", "y"]);
table.addData(1, "a");
table.addData(2, "b");
const pixels = new Uint8Array(64);
const image = (options = {}) => new cellar.Image(pixels, { shape: [8, 8], ...options });
media.log({
  img: image({ caption: "black" }), imgs: [image(), image()],
  hist: new cellar.Histogram([1, 2, 2, 3]), html: new cellar.Html("<b>hi</b>"),
  tab: table,
});
await media.finish();

const lines = await start("console");
console.log("\\x1b[31mred\\x1b[0m");
for (let percent = 0; percent <= 100; percent += 10) {
  Deno.stdout.writeSync(new TextEncoder().encode("\\r" + percent + " %"));
}
console.log();
console.log("x".repeat(5_000));
await lines.finish();

await start("resumed", { config: { old: 1 } });
for (let i = 0; i < 10; i++) cellar.log({ loss: i });
await cellar.finish();
const resumed = await start("resumed", { resume: "must", config: { new: 2 } });
for (let i = 0; i < 5; i++) cellar.log({ loss: 100 + i });
await cellar.finish();
`;

/** What `faulty.py` logs. */
export const CELLAR_FAULTY = `
for (const id of ["failing-server", "throttled"]) {
  const run = await cellar.init({
    project: "proj", id: "cellar-" + id, dir: DIR, settings: { quiet: true },
  });
  for (let v = 0; v < 20; v++) run.log({ v });
  Deno.writeTextFileSync(DIR + "/kept.txt", "kept");
  run.save(DIR + "/kept.txt", { base: DIR });
  await run.finish();
}
`;

/** What `code.py` logs; to be run in a git repository. */
export const CELLAR_CODE = `
// changed after the commit
const run = await cellar.init({
  project: "proj", id: "cellar-code", dir: ".git", settings: { quiet: true },
});
run.log({ v: 1 });
run.alert({ title: "From code", text: "below a path" });
await run.finish();
`;
