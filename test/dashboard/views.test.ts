import { describe, expect, it } from "vitest";
import { highlight } from "../../src/dashboard/highlight.ts";
import { markup } from "../../src/dashboard/html.ts";
import { runPath, withQuery } from "../../src/dashboard/links.ts";
import { webPage } from "../../src/dashboard/sections/git.ts";
import { ago as serverAgo } from "../../src/dashboard/time.ts";
import { ago, duration } from "../../src/dashboard/assets/times.ts";
import { cellsOf } from "../../src/dashboard/views/cell_list.ts";
import { groupKeys } from "../../src/dashboard/views/chart_keys.ts";
import { compareNames } from "../../src/dashboard/views/compare_names.ts";
import { logLine } from "../../src/dashboard/views/log_tail.ts";
import { metricDefinitions } from "../../src/dashboard/views/metric_definitions.ts";
import type { SeriesInfo } from "../../src/server/store/store.ts";
import { formatDuration } from "../../src/charts/format.ts";

describe("markup``", () => {
  it("escapes every value but HTML, in lists too", () => {
    const items = ["<a>", `"q"`, "&", 5, null, undefined, false] as const;
    const html = markup`<p title="${"it's"}">${items.map((item) => markup`<i>${item}</i>`)}</p>`;
    expect(html.text).toBe(
      `<p title="it&#39;s"><i>&lt;a&gt;</i><i>&quot;q&quot;</i><i>&amp;</i><i>5</i>` +
        `<i></i><i></i><i></i></p>`,
    );
  });
});

describe("runPath()", () => {
  it("keeps names from leading elsewhere", () => {
    const path = runPath({ entity: "ü\ud800", project: "a/../b", id: "?x#y" });
    const { pathname, search, hash } = new URL(path, "http://server");
    expect(pathname).toBe("/%C3%BC%EF%BF%BD/a%2F..%2Fb/runs/%3Fx%23y");
    expect([search, hash]).toEqual(["", ""]);
    expect(withQuery("/p", { q: "a&b=c", empty: "" })).toBe("/p?q=a%26b%3Dc");
  });
});

describe("highlight()", () => {
  it("marks keywords, texts, numbers and comments, and changes no character", () => {
    const source =
      'const x = "<b>"; // if 5\nfor (let y = 0x1f;;) `${x}`\n# not a private #field\n';
    const { text } = highlight(source);
    expect(text).toContain(`<span class="k">const</span>`);
    expect(text).toContain(`<span class="s">&quot;&lt;b&gt;&quot;</span>`);
    expect(text).toContain(`<span class="c">// if 5</span>`);
    expect(text).toContain(`<span class="n">0x1f</span>`);
    const plain = text.replace(/<[^>]+>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
      .replaceAll("&quot;", `"`).replaceAll("&amp;", "&").replaceAll("&#39;", "'");
    expect(plain).toBe(source);
  });

  it("is done soon with a text that never ends", () => {
    const begin = performance.now();
    highlight("`".padEnd(20_000, "\\") + "/*".repeat(10_000) + " ".repeat(20_000));
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});

describe("metricDefinitions()", () => {
  it("finds a metric by its name, or by the longest prefix", () => {
    const define = metricDefinitions([
      { "1": "epoch", "6": [3], "7": [] },
      { "2": "val/*", "5": 1, "6": [1] },
      { "2": "*", "6": [2] },
      { "1": "val/secret\\.x", "5": 1, "6": [2] },
    ]);
    expect(define("val/loss")).toEqual({ hidden: false, step: "epoch" });
    expect(define("val/secret.x")).toEqual({ hidden: true, step: "epoch" });
    expect(define("other").hidden).toBe(true);
    expect(define("epoch")).toEqual({ hidden: false });
  });

  it("defines nothing from what is no list of definitions", () => {
    for (const list of [undefined, null, 5, {}, [null, 5, [], { "5": 99, "1": 7 }]]) {
      expect(metricDefinitions(list)("x")).toEqual({ hidden: false });
    }
  });
});

describe("logLine()", () => {
  it.each([
    ["2026-11-25T10:00:00.123456 hello", "hello", "stdout"],
    ["ERROR 2026-11-25T10:00:00.123456 oh no", "oh no", "stderr"],
    [`{"level":"error","ts":"2026","content":"bad"}`, "bad", "stderr"],
    [`{"ts":"2026","content":"{}"}`, "{}", "stdout"],
    [`{"not":"ours"}`, `{"not":"ours"}`, "stdout"],
    ["2026-11-25T10:00:00.123456 \u001b[31mred\u001b[0m \u001b]0;title\u0007x", "red x", "stdout"],
    ["plain", "plain", "stdout"],
  ])("reads %j", (sent, text, stream) => {
    expect(logLine(3, sent)).toEqual({ number: 3, text, stream });
  });
});

describe("cellsOf()", () => {
  it("reads the code cells of a notebook, with what they logged", () => {
    const notebook = {
      cells: [
        { cell_type: "markdown", source: "# title" },
        {
          cell_type: "code",
          execution_count: 2,
          source: ["a\n", "b"],
          metadata: {
            execution: {
              "iopub.execute_input": "2026-11-25T10:00:00Z",
              "iopub.status.idle": "2026-11-25T10:00:02.5Z",
            },
          },
          outputs: [{ output_type: "display_data", data: { "image/png": "iVBORw0K\n" } }],
        },
      ],
    };
    const steps = new Map([[2, { from: 0, to: 9, rows: 10 }]]);
    const { cells, total } = cellsOf(JSON.stringify(notebook), steps);
    expect(total).toBe(1);
    expect(cells[0]).toMatchObject({
      execution: 2,
      source: "a\nb",
      status: "ok",
      took: 2.5,
      logged: { rows: 10 },
      outputs: [{ kind: "image", source: "data:image/png;base64,iVBORw0K" }],
    });
  });

  it("makes nothing of what is no notebook", () => {
    for (const text of ["", "[]", "null", "{", `{"cells":5}`, `{"cells":[5,null]}`]) {
      expect(cellsOf(text, new Map())).toEqual({ cells: [], total: 0 });
    }
  });
});

describe("webPage()", () => {
  it("is the page of a repository, and none of what is not on the web", () => {
    expect(webPage("git@github.com:ada/mnist.git")).toBe("https://github.com/ada/mnist");
    expect(webPage("https://token@example.org/a/b.git")).toBe("https://example.org/a/b");
    for (const remote of ["javascript:alert(1)", "/home/ada/x", "http://x/y", "", "file:///x"]) {
      expect(webPage(remote)).toBeNull();
    }
  });
});

describe("the times of the script", () => {
  it("are written as the server writes them", () => {
    for (const seconds of [0, 3, 10, 59, 60, 3_599, 3_600, 86_399, 86_400, 2e5, 6e6, 1e8, NaN]) {
      expect(ago(seconds)).toBe(serverAgo(seconds));
    }
    for (const seconds of [10, 59, 61, 3_599, 3_600, 7_380, 86_400, 200_000]) {
      expect(duration(seconds)).toBe(formatDuration(seconds));
    }
  });
});

describe("compareNames()", () => {
  it("counts numbers in names", () => {
    const names = ["layer10/w", "layer2/w", "Loss", "layer2/b", "loss", "layer1/w"];
    expect(names.sort(compareNames)).toEqual([
      "layer1/w",
      "layer2/b",
      "layer2/w",
      "layer10/w",
      "loss",
      "Loss",
    ]);
    expect(compareNames("a", "a")).toBe(0);
  });
});

describe("groupKeys()", () => {
  const key = (name: string) => ({ key: name, x: "_step", info: {} as SeriesInfo });

  it("groups what has company, and puts before the groups what has none", () => {
    const names = ["val/loss", "train/loss", "lr", "nan/once", "val/acc", "/odd", "train/acc"];
    const groups = Array.from(
      groupKeys(names.map(key)),
      ([name, keys]) => [name, ...keys.map(({ key }) => key)],
    );
    expect(groups).toEqual([
      ["", "lr", "nan/once", "/odd"],
      ["val", "val/loss", "val/acc"],
      ["train", "train/loss", "train/acc"],
    ]);
  });
});
