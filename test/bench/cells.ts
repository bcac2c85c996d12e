import { KernelProcess } from "../../src/notebook/kernel/kernel_process.ts";
import { atMost, type BenchRow, type BenchSection, runProgram } from "./bench.ts";
import { fromFileUrl } from "../session/paths.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const local = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
const CELLS = 300;

interface Memory {
  readonly peakMb: number;
  readonly recordMb: number;
  readonly msACell: number;
}

/** What recording the cells of a notebook costs. */
export const cells: BenchSection = {
  title: "Cells of a notebook",
  async rows() {
    const plain = await inKernel(`const nothing = 0;`);
    const recorded = await inKernel(
      `import * as cellar from ${local("../../mod.ts")};\nconst begin = performance.now();
const run = await cellar.init({ project: "bench", settings: { system: false } });
run.log({ a: 1 });\nconst initMs = performance.now() - begin;`,
      `initMs`,
    );
    const backfill = await inKernel(
      `const { backfillCells } = await import(${local("../../src/notebook/cells/backfill.ts")});`,
      `await (async () => { const begin = performance.now(); await backfillCells();
return performance.now() - begin; })()`,
      200,
    );
    const memory = await runProgram<Memory>("./cells_memory.ts");
    const rows: BenchRow[] = [
      atMost("init() to the first log in a kernel", recorded.value, 300, "ms"),
      atMost("a cell takes more of the kernel's main thread", recorded.cpu - plain.cpu, 0.1, "ms"),
      {
        what: "a cell takes longer by (median)",
        measured: `${(recorded.median - plain.median).toFixed(2)} ms`,
      },
      atMost("backfill of 200 cells", backfill.value, 100, "ms"),
      atMost("memory for 1,000 cells of 10 KB and 100 MB of outputs", memory.peakMb, 150, "MB"),
      { what: "recording one of them", measured: `${memory.msACell.toFixed(2)} ms` },
      { what: "their record", measured: `${memory.recordMb.toFixed(0)} MB` },
    ];
    return rows;
  },
};

/** How long small cells take after a first one, and the value of an expression at the end. */
async function inKernel(
  first: string,
  expression = "0",
  count = CELLS,
): Promise<{ median: number; cpu: number; value: number }> {
  const dir = await Deno.makeTempDir();
  await using kernel = await KernelProcess.start({
    connectionFile: `${dir}/kernel.json`,
    cwd: ROOT,
    env: { WANDB_DIR: dir },
  });
  // Nanoseconds that the thread ran on a processor; JavaScript runs on the process's first one.
  const cpu =
    `Number(Deno.readTextFileSync("/proc/self/task/" + Deno.pid + "/schedstat").split(" ")[0])`;
  await kernel.execute(first);
  // The worker is there, and the caches are warm.
  await kernel.execute(`await new Promise((resolve) => setTimeout(resolve, 1_500));`);
  await kernel.execute(`const cpuBefore = ${cpu};`);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const begin = performance.now();
    await kernel.execute(`function f${i}() { return ${i}; }`);
    times.push(performance.now() - begin);
  }
  await kernel.execute(`const cpuAfter = ${cpu}; const value = ${expression};
Deno.writeTextFileSync(${
    JSON.stringify(`${dir}/value`)
  }, JSON.stringify([value, cpuAfter - cpuBefore]))`);
  times.sort((a, b) => a - b);
  const [value, ns] = JSON.parse(await Deno.readTextFile(`${dir}/value`)) as [number, number];
  return { median: times[count >> 1]!, cpu: ns / 1e6 / count, value };
}
