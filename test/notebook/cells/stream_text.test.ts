import { describe, expect, test } from "vitest";
import { byteLength, mimeParts } from "../../../src/notebook/cells/mime_parts.ts";
import { StreamText, type StreamTextOptions } from "../../../src/notebook/cells/stream_text.ts";

function written(chunks: readonly string[], options?: StreamTextOptions): string {
  const text = new StreamText(options);
  for (const chunk of chunks) text.push(chunk);
  const parts = [text.take(), text.end()].filter((taken) => taken !== undefined);
  return parts.map(({ text, skipped }) => (skipped > 0 ? `(${skipped})` : "") + text).join("");
}

describe("StreamText", () => {
  test.each([
    ["plain lines", ["a\nb\n"], "a\nb\n"],
    ["a line without an end", ["a\nb"], "a\nb"],
    ["line endings of Windows", ["a\r\nb\r\n"], "a\nb\n"],
    ["a line ending that is torn", ["a\r", "\nb"], "a\nb"],
    ["a progress bar", ["10%\r20%\r", "30%\r", "done\n"], "done\n"],
    ["a progress bar that ends with a return", ["10%\r", "100%\r"], "100%"],
    ["empty lines", ["\n\n"], "\n\n"],
  ])("shows %s as a terminal does", (_, chunks, expected) => {
    expect(written(chunks)).toBe(expected);
  });

  test("keeps the beginning and the end of what is too long", () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}\n`);
    const text = written(lines, { head: 20, tail: 20 });
    expect(text).toMatch(/^line 0\nline 1\n\(\d+\)(line \d+\n)+$/);
    expect(text).toMatch(/line 99\n$/);
    const skipped = Number(/\((\d+)\)/.exec(text)![1]);
    expect(skipped + text.match(/line/g)!.length).toBe(100);
  });

  test("holds no line without an end of 50 MB", () => {
    const text = new StreamText();
    for (let i = 0; i < 50; i++) text.push("x".repeat(1_000_000));
    expect(text.held).toBeLessThan(20_000);
    expect(text.lines).toBe(1);
    expect(text.end()!.text).toMatch(/x… \(\d+ more characters\)$/);
  });

  test("holds no more than the end of an endless stream", () => {
    const text = new StreamText({ head: 1_000, tail: 1_000 });
    for (let i = 0; i < 10_000; i++) {
      text.push(`a line of some length\n`);
      expect(text.held).toBeLessThan(3_100);
    }
  });
});

describe("mimeParts()", () => {
  test("keeps small parts before large ones, in the order in which they came", () => {
    const { parts, kept, unkept } = mimeParts(
      {
        "image/svg+xml": "s".repeat(60),
        "text/html": "h".repeat(50),
        "application/json": { a: 1 },
      },
      { output: 100, cell: 1_000 },
    );
    expect(parts).toEqual([
      { mime: "image/svg+xml", size: 60 },
      { mime: "text/html", size: 50, value: "h".repeat(50) },
      { mime: "application/json", size: 7, value: { a: 1 } },
    ]);
    expect([kept, unkept]).toEqual([57, true]);
  });

  test("takes no bundle that is none", () => {
    for (const data of [null, undefined, 5, "text"]) {
      expect(mimeParts(data, { output: 9, cell: 9 }).parts).toEqual([]);
    }
  });
});

describe("byteLength()", () => {
  test.each(["", "abc", "ü", "€", "😀", "a😀€ü", "\ud800", "x\udc00\ud800"])(
    "measures %j",
    (text) => {
      expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
    },
  );
});
