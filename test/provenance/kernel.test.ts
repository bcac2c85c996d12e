import { afterAll, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import type { KernelProcess } from "../../src/notebook/kernel/kernel_process.ts";
import { TestKernel } from "../notebook/kernel/test_kernel.ts";
import { runDirectories } from "../session/script.ts";
import { createRepository, removeFolders } from "./repository.ts";

let kernel: KernelProcess | null = null;
afterAll(async () => {
  await kernel?.kill();
  removeFolders();
});

test("a run in a notebook records where it comes from, and leaves the console to its cells", async () => {
  const repository = createRepository();
  const project = new URL("../../", import.meta.url);
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", project)));
  imports["@std/fs"] = new URL("src/std_fs.ts", project).href;
  const commit = repository.commit({
    "deno.json": JSON.stringify({ imports }),
    "part.ts": "export const part = 1;",
    "a.txt": "a\n",
  });
  repository.write("a.txt", "b\n");
  kernel = await TestKernel.start(repository.root);
  const run = async (code: string) => {
    expect(await kernel!.execute(code)).toMatchObject({ status: "ok" });
  };
  await run(`const cellar = await import(${JSON.stringify(new URL("mod.ts", project).href)});
const before = console.log;
const run = await cellar.init({ mode: "offline", project: "notebook" });
if (console.log !== before) throw new Error("the console was changed");`);
  await run(`import { part } from "./part.ts"; await import("zx/core");`);
  await run(`console.log("printed"); run.log({ part });`);
  await run(`await cellar.finish();`);
  const [directory = ""] = runDirectories(repository.root);
  const recorded = openRun(directory);
  const { git, environment, warnings } = recorded;
  expect(git).toMatchObject({ branch: "main", commit, dirty: true, changed: 1 });
  expect(environment).toMatchObject({ cwd: repository.root, args: [] });
  expect(environment?.program).toBeUndefined();
  expect(environment?.code).toEqual(expect.arrayContaining(["part.ts", "deno.json"]));
  expect(environment?.packages?.map((found) => found.name)).toContain("zx");
  // Written once, by the recorder of the cells.
  expect([...recorded.console()].filter((line) => line.text === "printed")).toHaveLength(1);
  expect(warnings).toEqual([]);
  const metadata = JSON.parse(Deno.readTextFileSync(`${directory}/files/wandb-metadata.json`));
  expect(metadata.git).toEqual({ commit });
  expect(metadata).not.toHaveProperty("program");
});
