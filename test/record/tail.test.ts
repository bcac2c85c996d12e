import { describe, expect, test } from "vitest";
import { cutTornLine } from "../../src/record/heal.ts";
import { Tail } from "../../src/record/tail.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();

describe("Tail", () => {
  test("read() gives complete lines once, and keeps a torn one for later", () => {
    const path = `${dir}/a.jsonl`;
    const tail = new Tail(path);
    expect([...tail.read()]).toEqual([]);
    Deno.writeTextFileSync(path, "one\ntwo\nthr");
    expect([...tail.read()]).toEqual(["one", "two"]);
    expect(tail.torn).toBe(true);
    expect(tail.offset).toBe(8);
    Deno.writeTextFileSync(path, "ee\n", { append: true });
    expect([...tail.read()]).toEqual(["three"]);
    expect(tail.torn).toBe(false);
    tail.close();
  });

  test("read() goes on from an offset", () => {
    const path = `${dir}/b.jsonl`;
    Deno.writeTextFileSync(path, "one\ntwo\n");
    const tail = new Tail(path, 4);
    expect([...tail.read()]).toEqual(["two"]);
    tail.close();
  });

  test("read() joins lines and characters that are cut between two reads", () => {
    const path = `${dir}/c.jsonl`;
    const bytes = new TextEncoder().encode(`{"a":"grün 🍇"}\n`);
    const tail = new Tail(path);
    const lines: string[] = [];
    for (const byte of bytes) {
      Deno.writeFileSync(path, Uint8Array.of(byte), { append: true });
      lines.push(...tail.read());
    }
    expect(lines).toEqual([`{"a":"grün 🍇"}`]);
    tail.close();
  });

  test("read() passes over a line that is longer than 32 MB, and reads on", () => {
    const path = `${dir}/d.jsonl`;
    Deno.writeTextFileSync(path, `before\n${"x".repeat(34_000_000)}\nafter\n`);
    const tail = new Tail(path);
    expect([...tail.read()]).toEqual(["before", "after"]);
    tail.close();
  });
});

describe("cutTornLine()", () => {
  test("removes what follows the last newline, and only that", () => {
    const path = `${dir}/torn.jsonl`;
    for (
      const [before, after] of [
        ["one\ntwo\nthr", "one\ntwo\n"],
        ["one\n", "one\n"],
        ["torn", ""],
        ["", ""],
        [`one\n${"x".repeat(200_000)}`, "one\n"],
      ] as const
    ) {
      Deno.writeTextFileSync(path, before);
      cutTornLine(path);
      expect(Deno.readTextFileSync(path)).toBe(after);
    }
    cutTornLine(`${dir}/not-there`);
  });
});
