import { init } from "../../mod.ts";
import { type Pauses, pausesOf } from "./pauses.ts";
import { quantiles } from "./quantiles.ts";

/** `log()` of three scalars in a tight loop; times each call. Prints JSON. */
const [count = "100000", dir = "."] = Deno.args;
const n = Number(count);
const run = await init({ project: "bench", dir, settings: { quiet: true } });
// The worker has started, and draws.
await new Promise((resolve) => setTimeout(resolve, 1000));
const times = new Float64Array(n);
const begin = performance.now();
for (let i = 0; i < n; i++) {
  const before = performance.now();
  run.log({ loss: 1 / (i + 1), accuracy: i / n, lr: 0.001 });
  times[i] = performance.now() - before;
}
const loop = performance.now() - begin;
const besides = besideBareWork();
const before = performance.now();
await run.finish();
const finish = performance.now() - before;
console.log(JSON.stringify({ ...quantiles(times), ...besides, loopMs: loop, finishMs: finish }));

/**
 * Calls in turn with what any recorder has to do: the row as JSON, and a write each millisecond. On a
 * busy machine both are interrupted by others, and equally often for the time that they take.
 */
function besideBareWork(): { log: Pauses; bare: Pauses } {
  const [log, bare] = [new Float64Array(n), new Float64Array(n)];
  const file = Deno.openSync(`${dir}/bare.jsonl`, { append: true, create: true });
  const encoder = new TextEncoder();
  const buffer = new Uint8Array(1_048_576);
  let lines = "";
  let written = performance.now();
  for (let i = 0; i < n; i++) {
    const a = performance.now();
    run.log({ loss: 1 / (i + 1), accuracy: i / n, lr: 0.001 });
    const b = performance.now();
    const row = { _step: i, _timestamp: b / 1000, _runtime: b - begin };
    lines += JSON.stringify({ ...row, loss: 1 / (i + 1), accuracy: i / n, lr: 0.001 }) + "\n";
    if (b - written >= 1) {
      file.writeSync(buffer.subarray(0, encoder.encodeInto(lines, buffer).written));
      lines = "";
      written = b;
    }
    log[i] = b - a;
    bare[i] = performance.now() - b;
  }
  file.close();
  return { log: pausesOf(log), bare: pausesOf(bare) };
}
