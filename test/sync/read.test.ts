import { describe, expect, test } from "vitest";
import { FactsReader } from "../../src/sync/facts_reader.ts";
import { Feed } from "../../src/sync/read/feed.ts";
import { readLines } from "../../src/sync/read/read_lines.ts";
import { readObjects } from "../../src/sync/read/read_objects.ts";
import { readRows } from "../../src/sync/read/read_rows.ts";
import { tempDir } from "../temp.ts";
import { Recording } from "./recording.ts";

const parent = tempDir();

function file(text: string): string {
  const path = Deno.makeTempFileSync({ dir: parent });
  Deno.writeTextFileSync(path, text);
  return path;
}

const line = (step: number, values: Record<string, unknown> = {}) =>
  JSON.stringify({ _step: step, _timestamp: step, _runtime: step, ...values });
const pending = { _type: "pending", id: "x-1" };
const image = { _type: "image-file", path: "media/images/x.png" };
const all = { maxLength: Infinity, openDelayMs: 0, ended: false, now: 0 };

describe("readLines()", () => {
  test("gives each complete line with its place in bytes, whatever its characters", () => {
    const lines = ["a", "ü€😀", "", "b".repeat(3_000_000), "c"];
    const path = file(lines.join("\n") + "\ntorn");
    const bytes = Deno.readFileSync(path);
    const read = [...readLines(path, 0)];
    expect(read.map(({ text }) => text)).toEqual(lines.filter((text) => text !== ""));
    for (const { text, begin, end } of read) {
      expect(new TextDecoder().decode(bytes.subarray(begin, end))).toBe(`${text}\n`);
      expect([...readLines(path, begin)][0]?.text).toBe(text);
    }
  });

  test("gives nothing of a file that is not there, empty, or shorter than the cursor", () => {
    expect([...readLines(`${parent}/none`, 0)]).toEqual([]);
    expect([...readLines(file(""), 0)]).toEqual([]);
    expect([...readLines(file("a\n"), 50)]).toEqual([]);
  });

  test("passes over a line that is longer than any row may be, and goes on behind it", () => {
    const path = file(`a\n${"x".repeat(34_000_000)}\nb\n`);
    expect([...readLines(path, 0)].map(({ text }) => text)).toEqual(["a", "b"]);
  });
});

describe("readRows()", () => {
  test("holds a row back that waits for an image, and those behind it, until it is there", () => {
    const path = file(
      [line(0, { a: 1, img: pending }), line(1, { a: 2 }), line(2, { a: 3 })].join("\n") + "\n",
    );
    expect([...readRows(path, 0)].map(({ held, closed }) => [held, closed])).toEqual([
      [true, false],
      [false, false],
      [false, false],
    ]);
    const feed = new Feed(path, readRows, (text) => text);
    expect(feed.take(all)).toBeNull();
    Deno.writeTextFileSync(path, line(0, { img: image }) + "\n", { append: true });
    const batch = feed.take(all);
    expect(batch?.content.map((text) => JSON.parse(text))).toMatchObject([
      { _step: 0, a: 1, img: image },
      { _step: 1, a: 2 },
      { _step: 2, a: 3 },
    ]);
    feed.taken(batch!);
    expect(feed.place).toMatchObject({ row: 2, line: 2 });
    // What came late is behind the cursor, and no row of its own.
    Deno.writeTextFileSync(path, line(3) + "\n", { append: true });
    expect(feed.take(all)?.content.map((text) => JSON.parse(text)._step)).toEqual([2, 3]);
  });

  test("gives a row without what was never made, once the run has ended", () => {
    const path = file([line(0, { a: 1, img: pending }), line(1)].join("\n") + "\n");
    const feed = new Feed(path, readRows, (text) => text);
    const batch = feed.take({ ...all, ended: true });
    expect(batch?.content.map((text) => JSON.parse(text))).toEqual([
      { _step: 0, _timestamp: 0, _runtime: 0, a: 1 },
      { _step: 1, _timestamp: 1, _runtime: 1 },
    ]);
    feed.taken(batch!);
    expect(feed.delivered).toBe(2);
    // A resumed run says first that nothing more comes for it.
    Deno.writeTextFileSync(path, `${line(0, { _complete: true })}\n${line(2)}\n`, { append: true });
    expect(feed.take(all)?.content.map((text) => JSON.parse(text)._step)).toEqual([2]);
  });

  test("gives the same rows from every cursor as from the beginning", () => {
    const lines = [
      line(0, { i: pending }),
      line(1),
      line(1, { b: 2 }),
      line(2, { i: pending }),
      line(0, { i: image }),
      line(5),
      "damaged",
      line(2, { i: image }),
      line(6),
    ];
    const path = file(lines.join("\n") + "\n");
    const rows = [...readRows(path, 0)];
    expect(rows.map(({ step }) => step)).toEqual([0, 1, 2, 5, 6]);
    for (const [i, row] of rows.entries()) {
      expect([...readRows(path, row.begin)].map(({ text }) => text)).toEqual(
        rows.slice(i).map(({ text }) => text),
      );
      expect(row.next).toBe(rows[i + 1]?.begin ?? Deno.statSync(path).size);
    }
  });
});

describe("Feed", () => {
  test("keeps a batch until it was taken, and gives it again", () => {
    const path = file(`${line(0)}\n${line(1)}\n${line(2)}\n`);
    const feed = new Feed(path, readRows, (text) => text);
    const first = feed.take(all);
    expect(feed.take(all)).toEqual(first);
    expect(feed.delivered).toBe(0);
    feed.taken(first!);
    expect(feed.delivered).toBe(3);
    expect(feed.take(all)).toBeNull();
  });

  test("lets an open row wait, longer once one was sent too early, and sends that one once more", () => {
    const path = file(`${line(0)}\n`);
    const feed = new Feed(path, readRows, (text) => text);
    const at = (now: number) => feed.take({ ...all, openDelayMs: 100, now });
    expect(at(1_000)).toBeNull();
    expect(at(1_050)).toBeNull();
    const early = at(1_100);
    feed.taken(early!);
    Deno.writeTextFileSync(path, `${line(0, { b: 1 })}\n`, { append: true });
    expect(at(1_200)).toBeNull();
    const again = at(1_300);
    expect(again).toMatchObject({ offset: 0, content: [line(0, { b: 1 })] });
    feed.taken(again!);
    Deno.writeTextFileSync(path, `${line(1)}\n`, { append: true });
    expect(at(1_400)?.content).toHaveLength(1);
    expect(at(2_000)?.content).toHaveLength(1);
    expect(at(12_000)?.content).toHaveLength(2);
    expect([...feed.revised()]).toEqual([{ offset: 0, content: [line(0, { b: 1 })] }]);
  });

  test("fills a batch to its limit, and sends a longer line alone", () => {
    const objects = ["a", "b".repeat(100), "c", "d"].map((text) => JSON.stringify({ text }));
    const path = file(objects.join("\n") + "\n");
    const feed = new Feed(path, readObjects, (text) => text);
    const sizes: number[] = [];
    for (let batch; (batch = feed.take({ ...all, maxLength: 50 })) !== null; feed.taken(batch)) {
      sizes.push(batch.content.length);
    }
    expect(sizes).toEqual([1, 1, 2]);
    expect(feed.place).toMatchObject({ row: 4, line: 4, offset: Deno.statSync(path).size });
  });

  test("goes back to any unit", () => {
    const path = file(Array.from({ length: 10 }, (_, i) => line(i) + "\n").join(""));
    const feed = new Feed(path, readRows, (text) => text);
    feed.taken(feed.take({ ...all, ended: true })!);
    feed.rewind(4, 4);
    expect(feed.take({ ...all, ended: true })).toMatchObject({ offset: 4 });
    expect(feed.take({ ...all, ended: true })?.content).toHaveLength(6);
  });
});

describe("FactsReader", () => {
  test("tells the same to two who ask at once, and what has come since", async () => {
    const recording = new Recording(Deno.makeTempDirSync({ dir: parent }));
    const facts = new FactsReader(recording.directory, recording.id);
    expect(await facts.read()).toMatchObject({ metadata: null, codePath: null });
    recording.file("wandb-metadata.json", '{"program":"/x/train.ts","codePath":"train.ts"}');
    recording.file("code/train.ts", "x").file("code/_session_history.ipynb", "{}");
    const [first, second] = await Promise.all([facts.read(), facts.read()]);
    expect(first).toMatchObject({
      metadata: { content: { program: "/x/train.ts" } },
      codePath: "code/train.ts",
      sessionHistory: "code/_session_history.ipynb",
    });
    expect(second).toEqual(first);
  });
});
