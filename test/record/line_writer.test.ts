import { describe, expect, test } from "vitest";
import { LineWriter } from "../../src/record/line_writer.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();

describe("LineWriter", () => {
  test("append() has written the line when it returns, for the first hundred at once", () => {
    const path = `${dir}/burst.jsonl`;
    const writer = new LineWriter(path);
    const now = performance.now();
    for (let i = 0; i < 100; i++) {
      writer.append(`{"i":${i}}`, now);
      expect(Deno.readTextFileSync(path).split("\n").length).toBe(i + 2);
    }
    writer.close();
  });

  test("append() batches a faster loop by the millisecond, in order, and loses nothing", () => {
    const path = `${dir}/fast.jsonl`;
    const writer = new LineWriter(path);
    let monotonic = 0;
    let most = 0;
    for (let i = 0; i < 50_000; i++) {
      writer.append(String(i), monotonic += 0.01);
      most = Math.max(most, writer.waiting);
    }
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThan(150);
    writer.close();
    const lines = Deno.readTextFileSync(path).trimEnd().split("\n");
    expect(lines).toEqual(Array.from({ length: 50_000 }, (_, i) => String(i)));
  });

  test("append() writes the last batch of a burst by itself", async () => {
    const path = `${dir}/timer.jsonl`;
    const writer = new LineWriter(path);
    for (let i = 0; i < 500; i++) writer.append("x", 1);
    expect(writer.waiting).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(Deno.readTextFileSync(path)).toBe("x\n".repeat(500));
    writer.close();
  });

  test("append() after close() counts the line as lost and does not throw", () => {
    const writer = new LineWriter(`${dir}/closed.jsonl`);
    writer.close();
    writer.append("late", 1e9);
    expect(writer.lost).toBe(1);
  });
});
