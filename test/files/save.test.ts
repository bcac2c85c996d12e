import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { init, openRun } from "../../mod.ts";
import { Saver } from "../../src/files/saver.ts";
import { saveRequest } from "../../src/files/save_options.ts";
import { readFileList } from "../record/read_file_list.ts";
import { runScript } from "../session/script.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();

/** A folder with files, and a run directory. */
function scene(files: { readonly [name: string]: string }) {
  const base = Deno.makeTempDirSync({ dir: parent });
  const directory = Deno.makeTempDirSync({ dir: parent });
  Deno.mkdirSync(`${directory}/files`);
  for (const [name, text] of Object.entries(files)) {
    Deno.mkdirSync(`${base}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(`${base}/${name}`, text);
  }
  const warnings: string[] = [];
  const saver = new Saver(directory, (message) => warnings.push(message));
  const paths = () => [...readFileList(directory).keys()].sort();
  return { base, directory, saver, warnings, paths };
}

describe("save()", () => {
  test("copies what a pattern finds under its path from the base, with size and hash", async () => {
    const { base, directory, saver, warnings, paths } = scene({
      "a.txt": "one",
      "sub/b.txt": "two",
      "sub/c.bin": "three",
    });
    saver.save({ pattern: `${base}/**/*.txt`, base, policy: "now" });
    await saver.close();
    expect(paths()).toEqual(["a.txt", "sub/b.txt"]);
    expect(readFileList(directory).get("sub/b.txt")).toMatchObject({
      size: 3,
      sha256: createHash("sha256").update("two").digest("hex"),
      policy: "now",
    });
    expect(Deno.readTextFileSync(`${directory}/files/sub/b.txt`)).toBe("two");
    expect(warnings).toEqual([]);
  });

  test("copies at the end what is saved at the end, as it is then", async () => {
    const { base, directory, saver, paths } = scene({ "model.bin": "early" });
    saver.save({ pattern: `${base}/*.bin`, base, policy: "end" });
    Deno.writeTextFileSync(`${base}/model.bin`, "late");
    Deno.writeTextFileSync(`${base}/second.bin`, "new");
    expect(paths()).toEqual([]);
    await saver.flush();
    expect(paths()).toEqual(["model.bin", "second.bin"]);
    expect(Deno.readTextFileSync(`${directory}/files/model.bin`)).toBe("late");
    await saver.close();
  });

  test("copies a live file again when it has changed, and not when it has not", async () => {
    const { base, directory, saver } = scene({ "log.txt": "1" });
    saver.save({ pattern: `${base}/log.txt`, base, policy: "live" });
    await saver.flush();
    Deno.writeTextFileSync(`${base}/log.txt`, "12");
    await saver.flush();
    await saver.flush();
    await saver.close();
    expect(Deno.readTextFileSync(`${directory}/files/log.txt`)).toBe("12");
    const lines = Deno.readTextFileSync(`${directory}/files.jsonl`).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).size)).toEqual([1, 2]);
  });

  test("refuses links that lead out, paths outside, and names that the run needs", async () => {
    const { base, saver, warnings, paths } = scene({
      "good.txt": "x",
      "config.yaml": "y",
    });
    Deno.symlinkSync("/etc/passwd", `${base}/bad.txt`);
    Deno.symlinkSync(`${base}/good.txt`, `${base}/link.txt`);
    saver.save({ pattern: `${base}/*`, base, policy: "now" });
    saver.save({ pattern: "/etc/hostname", base, policy: "now" });
    await saver.close();
    expect(paths()).toEqual(["good.txt", "link.txt"]);
    expect(warnings.join("\n")).toMatch(/bad\.txt.*link out of/);
    expect(warnings.join("\n")).toMatch(/config\.yaml.*writes a file of this name itself/);
    expect(warnings.join("\n")).toMatch(/hostname.*outside of/);
  });

  test("warns of a pattern that finds nothing", async () => {
    const { base, saver, warnings } = scene({});
    saver.save({ pattern: `${base}/*.none`, base, policy: "now" });
    await saver.close();
    expect(warnings).toEqual([expect.stringContaining("no file is called so")]);
  });

  test("copies a file of many chunks as it is", async () => {
    const { base, directory, saver } = scene({});
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const large = new Uint8Array(3 * 1_048_576 + 17);
    for (let at = 0; at + bytes.length < large.length; at += bytes.length) large.set(bytes, at);
    Deno.writeFileSync(`${base}/large.bin`, large);
    saver.save({ pattern: `${base}/large.bin`, base, policy: "now" });
    await saver.close();
    expect(Deno.readFileSync(`${directory}/files/large.bin`)).toEqual(large);
  });

  test("takes its base from the working directory, or from the file's own folder", () => {
    const cwd = Deno.cwd();
    expect(saveRequest("src/*.ts", {})).toEqual({
      pattern: `${cwd}/src/*.ts`,
      base: cwd,
      policy: "live",
    });
    expect(saveRequest("/data/run/*/model.bin", { policy: "end" })).toEqual({
      pattern: "/data/run/*/model.bin",
      base: "/data/run",
      policy: "end",
    });
    expect(saveRequest("/data/run/model.bin", { base: "/data" }).base).toBe("/data");
  });

  test("finish() waits for the copies", async () => {
    const dir = Deno.makeTempDirSync({ dir: parent });
    const result = await runScript(
      `Deno.writeTextFileSync("weights.bin", "w".repeat(5_000_000));
const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
run.save("weights.bin", { policy: "end" });
cellar.save("nothing-*.bin");
run.log({ a: 1 });`,
      { dir },
    );
    expect(result.code).toBe(0);
    expect(result.stderr).toContain("no file is called so");
    const { directory } = result.run();
    expect(readFileList(directory).get("weights.bin")?.size).toBe(5_000_000);
  });

  test("warns instead of throwing when it cannot save", async () => {
    const run = await init({
      dir: Deno.makeTempDirSync({ dir: parent }),
      settings: { quiet: true },
    });
    const said: string[] = [];
    const { warn } = console;
    console.warn = (message) => said.push(message);
    run.save(new URL("https://example.com/x"));
    await run.finish();
    run.save("x");
    console.warn = warn;
    expect(said.join("\n")).toMatch(/Cannot save https:.*\n.*Cannot save x: the run has finished/);
    expect(openRun(run.directory!).state).toBe("finished");
  });
});
