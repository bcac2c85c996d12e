import { describe, expect, test } from "vitest";
import type { CellSummary } from "../../src/cells/types.ts";
import { cellCard } from "../../src/charts/cell_card.ts";
import { cellTable, cellTableText } from "../../src/charts/cell_table.ts";
import { highlight } from "../../src/charts/code.ts";
import { decimate } from "../../src/charts/decimate.ts";
import { stateDetails, stateInWords } from "../../src/charts/notebook_state.ts";

const HOSTILE = `</pre><script>alert("1")</script>\u0000\u202e\ud800`;

function summary(more: Partial<CellSummary> = {}): CellSummary {
  return {
    execution: 3,
    kernel: 0,
    source: `const a = "b"; // ${HOSTILE}`,
    hash: "",
    transpiled: false,
    status: "ok",
    startedAt: new Date(0),
    seconds: 1.5,
    steps: { first: 10, last: 19, rows: 10 },
    metrics: [{ name: HOSTILE, points: 3, first: 3, last: 1, change: -2, min: 1, max: 3 }],
    media: 0,
    histograms: 0,
    hardware: {
      cpuSeconds: 2,
      gpuSeconds: 1,
      meanGpu: 33.4,
      peakGpu: 98,
      peakMemory: 5e8,
      energy: 12,
    },
    consoleLines: 1,
    gap: false,
    warnings: [HOSTILE],
    error: HOSTILE,
    disorder: ["out of order"],
    ...more,
  };
}

const view = () => decimate([0, 1, 2], [3, 2, 1]);
const NOTHING = { line: "", items: [] };

/** What notebooks that are not trusted would remove, and what would harm those that are. */
function expectHarmless(html: string): void {
  expect(html).not.toMatch(/<(script|style|svg|iframe)/);
  for (const character of ["\u0000", "\u202e"]) expect(html).not.toContain(character);
  expect(html.isWellFormed()).toBe(true);
}

describe("highlight()", () => {
  test("colours TypeScript, and loses no character of it", () => {
    const code = "const a: Map<string, number> = /x\\/`/g.test(`t ${1 + 2}`) ? null : 0x1f; // c";
    const html = highlight(code);
    const text = html.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    expect(text).toBe(code);
    expect(html).toMatch(/<span style="color:#8968d4">const<\/span>/);
    expect(html.match(/<span/g)!.length).toBeGreaterThan(5);
  });

  test("takes code that does not compile, hostile code, and no code", () => {
    expect(highlight("")).toBe("");
    expect(highlight("`${ ( /* never")).toContain("never");
    expectHarmless(highlight(HOSTILE));
  });
});

describe("cellTable()", () => {
  test("escapes all that strangers can write", () => {
    const state = stateInWords({
      outOfOrder: [summary()],
      changed: [],
      gone: [],
      neverExecuted: [HOSTILE],
      skipped: 1,
      missing: 0,
    });
    const html = cellTable([{ summary: summary(), view }], state);
    expectHarmless(html);
    expect(html).toContain("10–19");
    expect(html).toContain("1 cell ran out of order · 1 cell above never ran as it is now");
    expect(cellTableText([{ summary: summary(), view }], state)).not.toContain("\u202e");
  });

  test("leaves out columns that no cell fills, and says when nothing is recorded", () => {
    const bare = summary({ steps: null, metrics: [], seconds: null, hardware: null });
    const html = cellTable([{ summary: bare, view }], NOTHING);
    expect(html).not.toContain(">steps<");
    expect(html).not.toContain(">time<");
    expect(html).toContain(">status<");
    expect(cellTable([], NOTHING)).toContain("No cell is recorded");
  });

  test("tells media from histograms, and lets metrics wrap where there is little room", () => {
    const html = cellTable([{ summary: summary({ media: 2, histograms: 24 }), view }], NOTHING);
    expect(html).toContain("2 media · 24 histograms");
    const [metrics] = html.match(/<div style="overflow-wrap:break-word[^]*?<\/div>/) ?? [];
    expect(metrics).toMatch(/padding-left:(\d+)px;text-indent:-\1px/);
    expect(cellTable([{ summary: summary({ media: 1 }), view }], NOTHING)).toContain(">1 medium<");
  });

  test("shows the last 200 of many cells, and counts the others", () => {
    const rows = Array.from({ length: 450 }, (_, i) => ({
      summary: summary({ execution: i, metrics: [] }),
      view,
    }));
    const html = cellTable(rows, NOTHING);
    expect(html).toContain("250 earlier cells");
    expect(html.match(/<tr>/g)).toHaveLength(201);
  });
});

describe("cellCard()", () => {
  test("shows code, texts, images, words of HTML, the error and charts", () => {
    const html = cellCard({
      summary: summary(),
      traceback: [HOSTILE],
      metrics: [{ name: HOSTILE, view: view() }],
      media: [{
        name: HOSTILE,
        step: 12,
        pictures: [{ source: "data:image/png;base64,aGk=", width: 2, height: 2, caption: HOSTILE }],
        more: 0,
        words: "",
      }],
      moreMedia: 3,
      outputs: [
        { kind: "text", stream: "stdout", text: `\u001b[32mgreen\u001b[0m ${HOSTILE}` },
        { kind: "data", parts: [{ mime: "image/png", size: 4, value: "aGk=" }] },
        { kind: "data", parts: [{ mime: "image/png", size: 4, value: `"><script>` }] },
        { kind: "data", parts: [{ mime: "image/svg+xml", size: 9, value: "<svg onload='x'/>" }] },
        {
          kind: "data",
          parts: [{ mime: "text/html", size: 9, value: "<b>bold</b><script>no()</script>" }],
        },
        { kind: "data", parts: [{ mime: "application/pdf", size: 2_000_000 }] },
        { kind: "note" },
      ],
    });
    expectHarmless(html);
    expect(html).toContain("green");
    expect(html).toContain(`src="data:image/png;base64,aGk="`);
    expect(html).toContain("data:image/svg+xml;base64,");
    expect(html).toContain("bold");
    expect(html).not.toContain("no()");
    expect(html).toContain("(application/pdf, 2 MB)");
    expect(html).toContain("step 12");
    expect(html).toContain("3 more with media");
  });
});

describe("stateInWords()", () => {
  test("says nothing of a notebook that is as it was executed", () => {
    const words = stateInWords({
      outOfOrder: [],
      changed: [],
      gone: [],
      neverExecuted: ["below what was executed"],
      skipped: 0,
      missing: 0,
    });
    expect(words).toEqual({ line: "", items: [] });
    expect(stateDetails(words)).toBe("");
  });
});
