import { expect, test } from "vitest";
import { FileListWriter, isInnerPath, readFileLines } from "../../src/record/file_list.ts";
import { join, RUN_FILES } from "../../src/record/layout.ts";
import { Tail } from "../../src/record/tail.ts";
import { tempDir } from "../temp.ts";
import { readFileList } from "./read_file_list.ts";

const sha256 = "0".repeat(64);

test("readFileList() gives the last line of each path", () => {
  const directory = tempDir();
  const list = new FileListWriter(directory);
  list.add({ path: "media/images/a b_0_1.png", size: 1, sha256, policy: "now" });
  list.add({ path: "model.bin", size: 10, sha256, policy: "live" });
  list.add({ path: "model.bin", size: 20, sha256, policy: "live" });
  list.close();
  const files = readFileList(directory);
  expect([...files.keys()]).toEqual(["media/images/a b_0_1.png", "model.bin"]);
  expect(files.get("model.bin")).toMatchObject({ size: 20, sha256, policy: "live" });
  expect(files.get("model.bin")!.time).toBeGreaterThan(1.7e9);
});

test("readFileList() passes over torn, damaged and escaping lines", () => {
  const directory = tempDir();
  const line = (path: string) =>
    JSON.stringify({ path, size: 1, sha256, policy: "now", time: 1 }) + "\n";
  Deno.writeTextFileSync(
    join(directory, RUN_FILES.fileList),
    line("../out") + line("/etc/passwd") + line("a/../../b") + line("c:/x") + line("a\\..\\b") +
      "not json\n" + '{"path":"no-size"}\n' + line("good") + '{"path":"torn',
  );
  expect([...readFileList(directory).keys()]).toEqual(["good"]);
});

test("readFileList() is empty for a run without files", () => {
  expect(readFileList(tempDir()).size).toBe(0);
});

test("readFileLines() gives what has come since the last time", () => {
  const directory = tempDir();
  const list = new FileListWriter(directory);
  const tail = new Tail(join(directory, RUN_FILES.fileList));
  list.add({ path: "a", size: 1, sha256, policy: "end" });
  expect(Array.from(readFileLines(tail), ({ path }) => path)).toEqual(["a"]);
  list.add({ path: "b", size: 1, sha256, policy: "end" });
  expect(Array.from(readFileLines(tail), ({ path }) => path)).toEqual(["b"]);
  list.close();
  tail.close();
});

test("isInnerPath() takes names that only look like a way out", () => {
  expect(isInnerPath("a..b/..c/d..")).toBe(true);
  expect(isInnerPath("a//b")).toBe(false);
  expect(isInnerPath("")).toBe(false);
});

test("FileListWriter.add() finds its list again when another writer has made it anew", () => {
  const directory = join(tempDir(), "run");
  Deno.mkdirSync(directory);
  const [one, other] = [new FileListWriter(directory), new FileListWriter(directory)];
  one.add({ path: "before", size: 1, sha256, policy: "now" });
  Deno.removeSync(directory, { recursive: true });
  Deno.mkdirSync(directory);
  for (const [i, list] of [other, one, other, one].entries()) {
    list.add({ path: `after ${i}`, size: 1, sha256, policy: "now" });
  }
  one.close();
  other.close();
  expect([...readFileList(directory).keys()]).toEqual(["after 0", "after 1", "after 2", "after 3"]);
});
