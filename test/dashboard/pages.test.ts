import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoredRun } from "../../src/server/store/store.ts";
import { dashboard } from "../../src/dashboard/mod.ts";
import { generateAssets } from "../../src/dashboard/assets/generate.ts";
import { fillSample } from "./sample.ts";
import { OWNER, type PagesServer, startPages } from "./server.ts";

let pages: PagesServer;
let run: StoredRun;

beforeAll(async () => {
  pages = await startPages();
  run = await fillSample(pages);
});
afterAll(() => pages[Symbol.asyncDispose]());

async function read(path: string): Promise<string> {
  const response = await pages.ask(path);
  expect(response.status).toBe(200);
  return await response.text();
}

/** Runs of a table in their order. */
const names = (html: string) =>
  [...html.matchAll(/<th scope="row"><a class="clip"[^>]*>([^<]*)</g)].map(([, name]) => name);

describe("GET /", () => {
  it("shows the projects under their entities", async () => {
    const html = await read("/");
    expect(html).toContain(`<a href="/team/mnist">mnist</a>`);
    expect(html).toContain(`<a href="/ada/scratch">scratch</a>`);
    expect(html).toContain("65 runs");
    expect(html).toContain("2 running");
    expect(html).toContain("Small transformers on WMT14");
  });

  it("shows a viewer no other projects than those that may be read", async () => {
    pages.viewer = { ...OWNER, entities: ["ada"], mayRead: (entity) => entity === "ada" };
    try {
      const html = await read("/");
      expect(html).toContain("scratch");
      expect(html).not.toContain("mnist");
      for (const path of ["/team/mnist", "/team/mnist/runs/k3v9q2xa", "/team/nothing"]) {
        const response = await pages.ask(path);
        expect(response.status).toBe(404);
        expect(await response.text()).not.toContain("gentle-harbor");
      }
      const events = await pages.ask("/-/events?entity=team&project=mnist");
      expect(events.status).toBe(404);
    } finally {
      pages.viewer = OWNER;
    }
  });

  it("leads from a run that is not there to the runs that are", async () => {
    const missing = await pages.ask("/team/mnist/runs/gone");
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain(`<a href="/team/mnist">All runs of mnist</a>`);
    const nowhere = await pages.ask("/team/gone/runs/gone");
    expect(await nowhere.text()).toContain(`<a href="/">All projects</a>`);
  });

  it("says how to begin where there is nothing", async () => {
    pages.viewer = { ...OWNER, entities: [], mayRead: () => false };
    const html = await read("/").finally(() => pages.viewer = OWNER);
    expect(html).toContain("No projects yet");
    expect(html).toContain(`baseUrl: &quot;${pages.url}&quot;`.replaceAll("&quot;", `"`));
  });
});

describe("GET /{entity}/{project}", () => {
  it("shows a page of runs, the newest first, and leads to the next", async () => {
    const html = await read("/team/mnist");
    expect(names(html).length).toBe(50);
    expect(names(html)[0]).toBe("amber-harbor-64");
    expect(html).toContain("1–50 of 65");
    expect(await read("/ada/scratch")).toContain("<div>1 run</div>");
    const next = /rel="next" href="([^"]+)"/.exec(html)![1]!.replaceAll("&amp;", "&");
    const second = await read(next);
    expect(names(second).length).toBe(15);
    expect(second).toContain("51–65 of 65");
    expect(second).not.toContain(`rel="next"`);
    expect(new Set([...names(html), ...names(second)]).size).toBe(65);
    // The page's number alone leads there too, and so does an address with a cursor of nobody's.
    expect(names(await read("/team/mnist?page=2"))).toEqual(names(second));
    expect(names(await read("/team/mnist?page=2&after=zzzz"))).toEqual(names(second));
  });

  it("sorts by any column, and says so", async () => {
    const html = await read("/team/mnist?sort=summary.loss");
    const values = [...html.matchAll(/<tr data-id="(run\d+)"/g)].map(([, id]) => id);
    const stored = await Promise.all(
      values.map((id) => pages.store.runs.find("team", "mnist", id!)),
    );
    const losses = stored.map((run) => JSON.parse(run!.summary).loss as number);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    expect(html).toMatch(/aria-sort="ascending"><a href="[^"]*sort=-summary.loss/);
  });

  it.each([
    ["a part of a name", "harbor", (name: string) => name.includes("harbor")],
    ["a tag and a state", "tag:wide state:crashed", (name: string) => name === "hazel-meadow-57"],
    ["values of the config", "config.lr>=0.1 config.model=mlp", () => true],
    ["what must not be", "-state:finished", (name: string) => !/63/.test(name)],
  ])("finds runs by %s", async (_what, search, matches) => {
    const html = await read(`/team/mnist?q=${encodeURIComponent(search)}`);
    const found = names(html);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(50);
    expect(found.every((name) => matches(name!))).toBe(true);
    expect(html).toContain(`value="${search.replaceAll(">", "&gt;")}"`);
  });

  it("says why a search cannot be understood", async () => {
    const html = await read(`/team/mnist?q=${encodeURIComponent("lr>0.1")}`);
    expect(html).toContain("write config.lr or summary.lr");
    expect(html).toContain(`role="alert"`);
  });

  it("shows columns in which the runs differ, or those that are asked for", async () => {
    const html = await read("/team/mnist");
    for (const column of ["lr", "model", "batch_size"]) {
      expect(html).toContain(`sort=${column === "model" ? "" : "-"}config.${column}`);
    }
    // The same in every run.
    expect(html).not.toContain("sort=-config.epochs");
    const asked = await read("/team/mnist?column=config.optimizer.name&column=summary.val%2Facc");
    expect(asked).toContain("adam");
    expect(asked).not.toContain("sort=-config.lr");
  });

  it("sifts by state", async () => {
    const html = await read("/team/mnist?state=failed");
    expect(names(html)).toEqual(["calm-lantern-62"]);
    expect(html).toMatch(/aria-current="true">failed <span>1</);
  });
});

describe("GET /{entity}/{project}/runs/{id}", () => {
  it("shows all of a run without a script", async () => {
    const html = await read("/team/mnist/runs/k3v9q2xa");
    // Charts with a text alternative, by groups; the metric that is an axis has none of its own.
    expect(html.match(/<svg role="img" aria-label="[^"]{20,}"/g)!.length).toBeGreaterThanOrEqual(7);
    expect(html).toContain("train/loss over step, 4,000 points: from");
    expect(html).toContain("val/loss over epoch, 20 points");
    expect(html).not.toContain(`data-part="chart:epoch"`);
    expect(html).toContain(`<h3 class="group-name">train</h3>`);
    // Config, nested and flat, and the summary.
    expect(html).toMatch(/optimizer\.beta1<\/th><td>0\.9</);
    expect(html).toMatch(/best_epoch<\/th><td>17</);
    // Cells with what they logged, and one that failed.
    expect(html).toContain("logged 1,500 rows, steps 0–1,499");
    expect(html).toContain("TypeError: Cannot read properties");
    // Git, the diff, the log without its colours, files.
    expect(html).toContain(
      `href="https://github.com/ada/mnist/commit/8c1f0de39b1c7a0e6e6f5b1c2d3e4f5a6b7c8d9e"`,
    );
    expect(html).toContain(`<span class="d">-const schedule = constant(0.001);</span>`);
    expect(html).toContain("epoch 20 batch 190  loss 0.0709");
    expect(html).toContain(`class="stderr">warning: the learning rate is below 1e-5`);
    expect(html).toContain("The last 300 of 420 lines");
    expect(html).toMatch(/<summary><span>code\/<\/span> <span class="soft">1 file, 1\.7 KiB</);
    expect(html).toMatch(/download title="diff.patch">diff.patch<\/a>/);
    expect(html).toContain("2 × NVIDIA H100");
    // A chart has a name, and its image one text: the parts of a drawing have none.
    expect(html).toContain(`<div class="plot" role="group" aria-label="train/loss" data-key=`);
    expect(html).not.toMatch(/<(?:g|path)[^>]* aria-label=/);
    // The machine: what belongs together in one chart, over time.
    expect(html).toMatch(/aria-label="GPU utilization, %. 2 series over minutes: GPU 0 from/);
    expect(html).toContain("Run memory, GiB");
    expect(html).toContain("If the validation loss still rises");
  });

  it("takes what else it finds: the log from its file, the machine from the config", async () => {
    const synced = await pages.run({ id: "synced" }, {
      config: { _wandb: { e: { abc: { os: "Plan 9", git: { commit: "f00dfeed" } } } } },
    });
    const lines = Array.from({ length: 400 }, (_, i) => `line ${i}`);
    await pages.file(synced, "output.log", `${lines.join("\n")}\n`);
    const html = await read("/team/mnist/runs/synced");
    expect(html).toContain(`<span data-n="400">line 399</span></pre>`);
    expect(html).toContain("The last 300 of 400 lines");
    expect(html).toContain("Plan 9");
    expect(html).toContain("f00dfeed");
  });

  it("shows one chart large, as its address says", async () => {
    const html = await read(
      "/team/mnist/runs/k3v9q2xa?chart=train%2Floss&from=1000&to=2000&smoothing=0.9&log=1",
    );
    expect(html).toContain("train/loss over step, 1,001 points");
    expect(html).toContain("Smoothed by 0.9.");
    expect(html).toMatch(/name="log" value="1" checked/);
    const over = await read("/team/mnist/runs/k3v9q2xa?chart=train%2Floss&x=_runtime");
    expect(over).toContain("train/loss over minutes");
  });

  it("searches the charts, and pages through them", async () => {
    const many = await pages.run({ id: "many" });
    await pages.log(many, [Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`m${i}`, i]))]);
    const html = await read("/team/mnist/runs/many");
    expect(html.match(/data-part="chart:/g)!.length).toBe(36);
    expect(html).toContain("Page 1 of 3");
    const found = await read("/team/mnist/runs/many?charts=M88");
    expect(found.match(/data-part="chart:/g)!.length).toBe(1);
  });

  it("is a frame for a notebook with ?jupyter=true, and nothing else is", async () => {
    const framed = await pages.ask("/team/mnist/runs/k3v9q2xa?jupyter=true");
    expect(framed.headers.get("content-security-policy")).toContain("frame-ancestors *");
    const html = await framed.text();
    expect(html).toContain("train/loss");
    // What could be pressed in a frame of a stranger's page is not there.
    expect(html).not.toContain(`method="post"`);
    expect(html).not.toContain("<header");
    for (const path of ["/", "/team/mnist", "/team/mnist/runs/k3v9q2xa", "/team/no"]) {
      const policy = (await pages.ask(path)).headers.get("content-security-policy");
      expect(policy).toContain("frame-ancestors 'none'");
    }
  });

  it("answers the parts that an open page asks for, and reads no others", async () => {
    const html = await read("/team/mnist/runs/k3v9q2xa?part=head&part=chart:lr&part=nonsense");
    expect(html).toMatch(/^<div data-part="head"/);
    expect(html).toContain(`data-part="chart:lr"`);
    expect(html).not.toContain("train/loss");
    expect(html).not.toContain("<html");
    const zoomed = await read(
      "/team/mnist/runs/k3v9q2xa?part=chart:train%2Floss&part-from=2300&part-to=2320&from=1",
    );
    expect(zoomed).toContain("21 points");
    expect(zoomed).toContain("data-zoomed");
  });
});

describe("every page", () => {
  const paths = [
    "/",
    "/team/mnist",
    "/team/mnist/runs/k3v9q2xa",
    "/team/mnist/runs/k3v9q2xa?chart=lr",
    "/team/mnist/runs/k3v9q2xa?jupyter=true",
    "/team/mnist/runs/none",
  ];

  it.each(paths)("needs no more than its policy allows: %s", async (path) => {
    const response = await pages.ask(path);
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    const html = await response.text();
    expect(html).not.toMatch(/<[^>]+ style=/);
    expect(html).not.toMatch(/<[^>]+ on\w+=/);
    expect(html).not.toMatch(/<style|<script(?! type="module" src=)/);
  });

  it("keeps its scripts and styles for good", async () => {
    const html = await read("/");
    const [, script] = /<script type="module" src="([^"]+)"/.exec(html)!;
    for (const path of [script!, script!.replace("main.js", "style.css")]) {
      const response = await pages.ask(path);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toContain("immutable");
      await response.body?.cancel();
    }
    const missing = await pages.ask(script!.replace("main.js", "../../secret"));
    expect(missing.status).toBe(404);
  });
});

describe("an answer", () => {
  it("is compressed for who can read that", async () => {
    const headers = { "accept-encoding": "br, gzip" };
    const packed = await pages.ask("/team/mnist", { headers });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    const stream = packed.body!.pipeThrough(new DecompressionStream("gzip"));
    const text = await new Response(stream).text();
    expect(text.slice(0, 200)).toBe((await read("/team/mnist")).slice(0, 200));
  });

  it("leads below the path that a proxy gives the server", async () => {
    const context = { ...pages.context, viewer: OWNER, baseUrl: "https://lab.example/cellar" };
    const ask = (path: string, init?: RequestInit) =>
      dashboard(new Request(`http://127.0.0.1${path}`, init), context);
    const html = await (await ask("/team/mnist/runs/k3v9q2xa"))!.text();
    const addresses = [...html.matchAll(/ (?:href|src|action|data-events)="(\/[^"]*)/g)];
    expect(addresses.length).toBeGreaterThan(20);
    for (const [, path] of addresses) {
      expect(path!.startsWith("/cellar/")).toBe(true);
    }
    await pages.run({ id: "moved" });
    const stopped = await ask("/team/mnist/runs/moved/stop", { method: "POST" });
    expect(stopped!.headers.get("location")).toBe("/cellar/team/mnist/runs/moved");
  });
});

describe("assets_data.ts", () => {
  it("is what assets/generate.ts makes of the folder", async () => {
    const file = new URL("../../src/dashboard/assets_data.ts", import.meta.url);
    expect(await Deno.readTextFile(file)).toBe(generateAssets());
  });
});

describe("POST /{entity}/{project}/runs/{id}", () => {
  const post = (action: string, fields: Record<string, string> = {}) => {
    const body = new URLSearchParams(fields).toString();
    return pages.ask(`/team/mnist/runs/edited/${action}`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "content-length": String(body.length),
      },
    });
  };

  it("changes what people wrote about a run, and leads back to it", async () => {
    await pages.run({ id: "edited" });
    const response = await post("edit", {
      name: " better name ",
      tags: "a, b,,a , c d",
      notes: "two\r\nlines",
    });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/team/mnist/runs/edited");
    const changed = await pages.store.runs.find("team", "mnist", "edited");
    expect(changed).toMatchObject({
      displayName: "better name",
      tags: ["a", "b", "c d"],
      notes: "two\nlines",
    });
  });

  it("asks a run to stop", async () => {
    await pages.run({ id: "edited" });
    expect((await post("stop")).status).toBe(303);
    const stopped = await pages.store.runs.find("team", "mnist", "edited");
    expect(stopped!.stopRequested).toBe(true);
    expect(await read("/team/mnist/runs/edited")).toContain("Stop requested");
  });

  it("deletes a run, and leads to its project", async () => {
    await pages.run({ id: "edited" });
    const response = await post("delete");
    expect(response.headers.get("location")).toBe("/team/mnist");
    expect((await pages.ask("/team/mnist/runs/edited")).status).toBe(404);
  });

  it("refuses who may only read, and offers them nothing", async () => {
    await pages.run({ id: "edited" });
    pages.viewer = { ...OWNER, mayWrite: () => false };
    try {
      for (const action of ["stop", "edit", "delete"]) {
        expect((await post(action)).status).toBe(403);
      }
      expect(await read("/team/mnist/runs/edited")).not.toContain(`/runs/edited/`);
    } finally {
      pages.viewer = OWNER;
    }
    expect(await pages.store.runs.find("team", "mnist", "edited")).toBeDefined();
  });

  it("refuses a form that is too long, or of unknown length, without reading it", async () => {
    await pages.run({ id: "edited" });
    const long = await post("edit", { notes: "x".repeat(200_000) });
    expect(long.status).toBe(413);
    expect((await post("explode")).status).toBe(404);
    expect(run.key).toBeGreaterThan(0);
  });
});
