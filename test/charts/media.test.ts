import { describe, expect, test } from "vitest";
import { alertBlocks } from "../../src/charts/alerts.ts";
import { conversation, isConversation } from "../../src/charts/conversation.ts";
import { toFrame } from "../../src/charts/frame.ts";
import { sandboxed } from "../../src/charts/frames.ts";
import { histogram } from "../../src/charts/histogram.ts";
import { mediaStrip } from "../../src/charts/media_strip.ts";
import { mediaWords } from "../../src/charts/media_words.ts";
import { pictureTag } from "../../src/charts/picture.ts";
import { faultOf } from "./well_formed.ts";

const HOSTILE = `"><script>alert(1)</script>&\u202e\u0000`;
const SOURCE = "data:image/png;base64,AAAA";

/** What notebooks that are not trusted would remove, and what must never come from a stranger. */
function expectHarmless(html: string): void {
  expect(html).not.toMatch(/<(script|svg|style|iframe)/);
  expect(html).not.toContain("\u202e");
  expect(html).not.toContain("\u0000");
}

describe("media in a panel", () => {
  test("names, captions and texts of strangers are escaped and bounded", () => {
    const html = mediaStrip([{
      name: HOSTILE,
      step: 3,
      pictures: [{ source: SOURCE, width: 4, height: 4, caption: HOSTILE.repeat(200) }],
      more: 2,
      words: HOSTILE,
      text: HOSTILE.repeat(1000),
      table: toFrame([{ [HOSTILE]: HOSTILE }]),
    }]);
    expectHarmless(html);
    expect(html).toContain("2 more");
    expect(html.length).toBeLessThan(20_000);
  });

  test("alerts are escaped, and older ones counted", () => {
    const alerts = alertBlocks(
      Array.from({ length: 8 }, () => ({ title: HOSTILE, text: HOSTILE, level: "WARN" as const })),
    );
    expectHarmless(alerts.join(""));
    expect(alerts).toHaveLength(6);
    expect(alerts.at(-1)).toContain("3 earlier alerts");
  });

  test("a small image is enlarged by whole numbers, a large one is made smaller", () => {
    expect(pictureTag({ source: SOURCE, width: 28, height: 28 })).toContain('width="112"');
    expect(pictureTag({ source: SOURCE, width: 960, height: 480 })).toMatch(
      /width="480" height="240"/,
    );
  });

  test("boxes are drawn into one image with it, escaped", () => {
    const html = pictureTag({
      source: SOURCE,
      width: 100,
      height: 50,
      boxes: [{ x: 1, y: 2, width: 3, height: 4, label: HOSTILE, classId: 7 }],
      overlays: [SOURCE],
    });
    expectHarmless(html);
    const [, base64 = ""] = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(html)!;
    const svg = new TextDecoder().decode(Uint8Array.fromBase64(base64));
    expect(faultOf(svg)).toBeUndefined();
    expect(svg.match(/<image /g)).toHaveLength(2);
    expect(svg).toContain("&lt;script&gt;");
  });

  test("labels of boxes hide no other, and stay in the picture", () => {
    const at = { x: 380, width: 40, height: 100, label: "a long label", classId: 1 };
    const html = pictureTag({
      source: SOURCE,
      width: 400,
      height: 300,
      boxes: [{ ...at, y: 50 }, { ...at, y: 52 }, { ...at, y: 54 }, { ...at, x: 10, y: 0 }],
    });
    const [, base64 = ""] = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(html)!;
    const svg = new TextDecoder().decode(Uint8Array.fromBase64(base64));
    const labels = [...svg.matchAll(
      /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="15" fill="#/g,
    )].map((match) => match.slice(1).map(Number) as [number, number, number]);
    expect(labels).toHaveLength(4);
    expect(labels.map(([, y]) => y)).toEqual([35, 152, 54, 0]);
    for (const [x, , width] of labels) expect(x + width).toBeLessThanOrEqual(400);
  });

  test("HTML is in a frame without scripts, and cannot break out of its attribute", () => {
    const html = sandboxed(`<p title="a">${HOSTILE}</p>`, { text: "HTML" });
    expect(html).toMatch(/^<iframe sandbox=""/);
    expect(html).toContain("Content-Security-Policy");
    expect(html.match(/<[a-z]/g)).toEqual(["<i"]);
    expect(html.match(/srcdoc="[^"]*"/)?.[0]).toContain("&lt;script>");
  });

  test("a conversation is shown in full lines, escaped and bounded", () => {
    const turns = Array.from(
      { length: 30 },
      () => ({ role: "user", content: `a\n${HOSTILE}`, n: 1 }),
    );
    const frame = toFrame(turns);
    expect(isConversation(frame)).toBe(true);
    const html = conversation(frame);
    expectHarmless(html);
    expect(html).toContain("… and 10 more turns");
    expect(html).toContain("white-space:pre-wrap");
  });

  test("a histogram says what it shows", () => {
    const { svg, alt } = histogram([1, 5, 2], [0, 1, 2, 3]);
    expect(faultOf(svg)).toBeUndefined();
    expect(alt).toBe(
      "A histogram of 8 values in 3 bins from 0 to 3, most of them (5) between 1 and 2.",
    );
    expect(faultOf(histogram([], []).svg)).toBeUndefined();
  });

  test.each([
    [{ _type: "image-file", width: 28, height: 28 }, "image of 28 × 28"],
    [{ _type: "images/separated", count: 3, width: 2, height: 2 }, "3 images of 2 × 2"],
    [{ _type: "table-file", nrows: 1200, ncols: 3 }, "table of 1,200 × 3"],
    [{ _type: "histogram", values: [1, 2], bins: [0, 1, 2] }, "histogram of 3"],
    [{ _type: "__proto__" }, undefined],
    [{ a: 1 }, undefined],
  ])("a recorded value in words: %j", (value, words) => {
    expect(mediaWords(value)).toBe(words);
  });
});
