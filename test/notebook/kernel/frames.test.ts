import { describe, expect, test } from "vitest";
import { type Frame, FrameDecoder } from "../../../src/notebook/kernel/frame_decoder.ts";
import { contentSink, parseMessage } from "../../../src/notebook/kernel/message.ts";
import { wireBytes, wireParts } from "./messages.ts";

function decode(chunks: Iterable<Uint8Array>, maxFrame?: number): Frame[][] {
  const messages: Frame[][] = [];
  const decoder = new FrameDecoder({
    onMessage: (frames) => messages.push(frames),
    oversize: (before) => contentSink(before, "key"),
    ...(maxFrame === undefined ? {} : { maxFrame }),
  });
  for (const chunk of chunks) decoder.push(chunk);
  return messages;
}

const STREAM = wireParts("stream", { name: "stdout", text: "x".repeat(1_000) });

describe("FrameDecoder", () => {
  test.each([1, 2, 7, 64, 1_000, 100_000])("joins what was torn into %d bytes", (size) => {
    const bytes = wireBytes([...STREAM, new Uint8Array(0), new Uint8Array(70_000).fill(7)]);
    const chunks = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
    const [frames, ...others] = decode(chunks);
    expect(others).toEqual([]);
    expect(frames).toHaveLength(STREAM.length + 2);
    expect(frames!.slice(0, STREAM.length)).toEqual(STREAM);
    expect((frames!.at(-1) as Uint8Array).length).toBe(70_000);
  });

  test("rejects bytes that are no frames", () => {
    expect(() => decode([Uint8Array.of(0xff, 1, 2)])).toThrow("a frame has the flags 255");
    const long = new Uint8Array(9).fill(0xff);
    long[0] = 6;
    expect(() => decode([long])).toThrow("a message is out of bounds");
  });

  test("rejects a message of endless parts", () => {
    const parts = Array.from({ length: 300 }, () => Uint8Array.of(1));
    expect(() => decode([wireBytes(parts)])).toThrow("a message is out of bounds");
  });

  test("does not reserve memory for a length that only claims to be huge", () => {
    const header = new Uint8Array(9);
    header[0] = 2;
    new DataView(header.buffer).setBigUint64(1, 1n << 60n);
    expect(decode([header, new Uint8Array(100)])).toEqual([]);
  });
});

describe("parseMessage()", () => {
  test("takes a message with the right signature", () => {
    expect(parseMessage(STREAM, "key")).toMatchObject({
      type: "stream",
      parent: "p",
      time: Date.parse("2026-11-24T11:40:11.921Z"),
      content: { name: "stdout" },
      skipped: false,
    });
  });

  test("takes none with a wrong signature, or without one", () => {
    expect(parseMessage(STREAM, "another key")).toBe("signature");
    const changed = STREAM.with(6, new TextEncoder().encode(`{"name":"stdout","text":"y"}`));
    expect(parseMessage(changed, "key")).toBe("signature");
    expect(parseMessage(STREAM.with(2, new Uint8Array(0)), "key")).toBe("signature");
    expect(parseMessage(changed, "")).toMatchObject({ type: "stream" });
  });

  test.each([
    ["no parts", []],
    ["no delimiter", STREAM.slice(2)],
    ["too few parts", STREAM.slice(0, -1)],
  ])("takes none with %s", (_, parts) => {
    expect(parseMessage(parts, "key")).toBe("malformed");
  });

  test("takes none whose parts are no objects", () => {
    expect(parseMessage(wireParts("stream", [1]), "key")).toBe("malformed");
    expect(parseMessage(STREAM.with(3, Uint8Array.of(0xc3)), "")).toBe("malformed");
  });

  test("checks the signature of an output of 50 MB without keeping it", () => {
    const parts = wireParts("display_data", { data: { "text/plain": "x".repeat(50_000_000) } });
    const bytes = wireBytes(parts);
    function* chunks() {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    }
    const [frames] = decode(chunks());
    expect(frames!.reduce((sum, f) => sum + (f instanceof Uint8Array ? f.length : 0), 0))
      .toBeLessThan(1_000);
    expect(parseMessage(frames!, "key")).toMatchObject({
      type: "display_data",
      skipped: true,
      content: {},
      size: parts[6]!.length,
    });
    bytes[bytes.length - 10]! ^= 1;
    expect(parseMessage(decode(chunks())[0]!, "key")).toBe("signature");
  });
});
