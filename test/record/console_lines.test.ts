import { describe, expect, test } from "vitest";
import {
  type ConsoleLine,
  ConsoleWriter,
  MAX_CONSOLE_LINE,
} from "../../src/record/console_lines.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();

function written(path: string): ConsoleLine[] {
  return Deno.readTextFileSync(path).trim().split("\n").map((line) => JSON.parse(line));
}

function texts(pieces: readonly string[], options = {}): string[] {
  const path = `${dir}/${crypto.randomUUID()}.jsonl`;
  const writer = new ConsoleWriter(path, options);
  for (const piece of pieces) writer.push("stdout", piece, 1);
  writer.close();
  return written(path).map(({ text }) => text);
}

describe("ConsoleWriter", () => {
  test("push() writes a line when it has ended, with its stream and time", () => {
    const path = `${dir}/streams.jsonl`;
    const writer = new ConsoleWriter(path);
    writer.push("stdout", "one\ntw", 1.5);
    writer.push("stderr", "error\n", 2);
    writer.push("stdout", "o\n\n", 3);
    expect(written(path)).toEqual([
      { time: 1.5, stream: "stdout", text: "one" },
      { time: 2, stream: "stderr", text: "error" },
      { time: 3, stream: "stdout", text: "two" },
      { time: 3, stream: "stdout", text: "" },
    ]);
    writer.close();
  });

  test("push() makes one line of a progress bar, however it is cut into pieces", () => {
    const bar = "  0 %\r 50 %\r100 %\rdone\nnext\r\nlast\r";
    for (const size of [1, 2, 3, 5, 100]) {
      const pieces = bar.match(new RegExp(`[\\s\\S]{1,${size}}`, "g"))!;
      expect(texts(pieces)).toEqual(["done", "next", "last"]);
    }
  });

  test("push() keeps the beginning of a long line, and counts the rest", () => {
    const [text] = texts(["x".repeat(3_000), "y".repeat(3_000), "\n"]);
    const [, kept = "", rest = ""] = /^(x{3000}y+)… \((\d+) more characters\)$/.exec(text!) ?? [];
    expect(kept.length + Number(rest)).toBe(6_000);
    expect(text!.length).toBeLessThanOrEqual(MAX_CONSOLE_LINE);
  });

  test("push() says once that an endless stream is left out", () => {
    const lines = texts(Array.from({ length: 1_000 }, (_, i) => `${i}\n`), { maxText: 10 });
    expect(lines).toEqual(["0", "1", "2", "3", "4", expect.stringContaining("not recorded")]);
  });

  test("new ConsoleWriter() goes on after a torn line", () => {
    const path = `${dir}/torn.jsonl`;
    Deno.writeTextFileSync(path, `{"time":1,"stream":"stdout","text":"whole"}\n{"time":2,"st`);
    const writer = new ConsoleWriter(path);
    writer.push("stdout", "after\n", 3);
    writer.close();
    expect(written(path).map(({ text }) => text)).toEqual(["whole", "after"]);
  });
});
