import { afterAll, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { TestKernel } from "../notebook/kernel/test_kernel.ts";
import { runDirectories } from "../session/script.ts";
import { createRepository, removeFolders } from "./repository.ts";

let kernel: TestKernel | null = null;
afterAll(async () => {
  await kernel?.kill();
  removeFolders();
});

test("a run in a notebook records where it comes from, and leaves the console to its cells", async () => {
  const repository = createRepository();
  const project = new URL("../../", import.meta.url);
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", project)));
  imports["@std/fs"] = new URL("src/std_fs.ts", project).href;
  const commit = repository.commit({ "deno.json": JSON.stringify({ imports }), "a.txt": "a\n" });
  repository.write("a.txt", "b\n");
  kernel = await TestKernel.start(repository.root);
  const run = async (code: string) => {
    expect(await kernel!.execute(code)).toMatchObject({ status: "ok" });
  };
  await run(`const cellar = await import(${JSON.stringify(new URL("mod.ts", project).href)});
const before = console.log;
const run = await cellar.init({ mode: "offline", project: "notebook" });
if (console.log !== before) throw new Error("the console was changed");`);
  await run(`run.log({ a: 1 }); await cellar.finish();`);
  const [directory = ""] = runDirectories(repository.root);
  const { git, environment, warnings } = openRun(directory);
  expect(git).toMatchObject({ branch: "main", commit, dirty: true, changed: 1 });
  expect(environment).toMatchObject({ cwd: repository.root, args: [] });
  expect(environment?.program).toBeUndefined();
  expect(environment?.code).toContain("deno.json");
  expect(warnings).toEqual([]);
  const metadata = JSON.parse(Deno.readTextFileSync(`${directory}/files/wandb-metadata.json`));
  expect(metadata.git).toEqual({ commit });
  expect(metadata).not.toHaveProperty("program");
});
