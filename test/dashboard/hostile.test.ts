import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser } from "../jupyter/browser.ts";
import { findBrowser } from "../jupyter/setup.ts";
import { type PagesServer, startPages } from "./server.ts";

const EVIL = `"><img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>`;
/** Turns the writing direction, ends a line, rings a bell, is half a character, and is very long. */
const ODD = `a\u202eb\u0000c\u0007d\n\ud800 \${x} {{y}} ' ${"wide".repeat(300)}`;

let pages: PagesServer;

beforeAll(async () => {
  pages = await startPages();
  for (const [i, name] of [EVIL, ODD].entries()) {
    const entity = i === 0 ? `${EVIL}` : "odd";
    const run = await pages.run({ entity, project: name, id: `${name}${i}` }, {
      displayName: name,
      tags: [name, "b"],
      notes: name,
      group: name,
      jobType: name,
      host: name,
      program: name,
      repo: `https://example.org/${name}`,
      commit: name,
      config: {
        _wandb: {
          visualize: {
            chart: {
              panel_config: {
                panelDefId: "wandb/bar/v0",
                fieldSettings: { label: name, value: "n" },
                stringSettings: { title: name },
              },
            },
            [name]: name,
          },
        },
        [name]: name,
        nested: { [name]: { deep: name } },
        list: [name],
      },
      summary: {
        [name]: name,
        __proto__x: name,
        [`a/${name}`]: 1,
        [`m/${name}`]: { _type: "image-file", path: `${name}.png`, caption: name, width: name },
        [`t/${name}`]: { _type: "table-file", path: `${name}.json`, nrows: name },
        chart_table: { _type: "table-file", path: `${name}.json` },
        odd: { _type: "images/separated", filenames: [5, null, name], captions: { x: 1 } },
        sounds: { _type: "audio", audio: [{ path: `${name}.wav`, caption: name }, {}] },
      },
    });
    await pages.store.projects.describe(
      (await pages.store.projects.find(entity, name))!.key,
      name,
    );
    await pages.log(run, [
      { [name]: 1, [`${name}/x`]: 2, toString: 3 },
      { [name]: 2, [`${name}/x`]: 3, toString: 4 },
    ]);
    await pages.store.lines.write(run.key, [{
      stream: "console",
      offset: 0,
      lines: [name, `2026-01-01T00:00:00.000000 ${name}`, JSON.stringify({ content: name })],
    }]);
    await pages.file(run, `${name}.txt`, "x");
    await pages.file(run, `${name}.png`, "x");
    await pages.file(run, `${name}.wav`, "x");
    await pages.file(
      run,
      `${name}.json`,
      JSON.stringify({ columns: [name, "n"], data: [[name, 1], [{ _type: name, path: 1 }, 2]] }),
    );
    await pages.store.runs.addAlert(run.key, { title: name, text: name, level: "INFO", at: 1 });
    await pages.file(run, "diff.patch", `diff --git a/${name} b/${name}\n+${name}\n`);
    await pages.file(
      run,
      "wandb-metadata.json",
      JSON.stringify({ os: name, deno: name, gpu: name, args: [name], git: { remote: name } }),
    );
    await pages.file(run, "code/_session_history.ipynb", JSON.stringify(notebook(name)));
  }
});
afterAll(() => pages[Symbol.asyncDispose]());

function notebook(name: string): unknown {
  const outputs = [
    { output_type: "stream", name, text: [name, 5, null] },
    { output_type: "error", ename: name, evalue: name, traceback: [name] },
    { output_type: "display_data", data: { "text/html": name, "text/plain": name } },
    { output_type: "display_data", data: { "image/png": `x" onerror="globalThis.hacked=1` } },
    { output_type: "display_data", data: { "image/svg+xml": name } },
    null,
  ];
  return {
    cells: [
      { cell_type: "code", source: name, execution_count: name, outputs, metadata: name },
      { cell_type: "code", source: { a: 1 }, outputs: "no" },
      5,
      { cell_type: "code", source: `// ${name}\n\`\${${name}}`, execution_count: 1, outputs },
    ],
  };
}

const addresses = () =>
  [[EVIL, EVIL, 0], ["odd", ODD, 1]].flatMap(([entity, name, i]) => {
    const project = `/${encodeURIComponent(entity!)}/${
      encodeURIComponent(String(name).toWellFormed())
    }`;
    const run = `${project}/runs/${encodeURIComponent(`${String(name).toWellFormed()}${i}`)}`;
    const key = encodeURIComponent(String(name).toWellFormed());
    return [
      project,
      `${project}?q=${key}&sort=${key}&column=config.${key}&state=${key}&page=-1`,
      run,
      `${run}?chart=${key}&from=${key}&x=${key}&smoothing=${key}`,
      `${run}?jupyter=true&charts=${key}`,
    ];
  });

describe("pages of what strangers named", () => {
  it("escape every name", async () => {
    for (const path of ["/", ...addresses()]) {
      const response = await pages.ask(path);
      expect([200, 404]).toContain(response.status);
      const html = await response.text();
      expect(html).not.toContain("<img src=x");
      expect(html).not.toContain("<script>");
      expect(["\u0000", "\u0007", "\u202e"].filter((one) => html.includes(one))).toEqual([]);
      expect(/<title>([^<]*)/.exec(html)![1]!.length).toBeLessThan(300);
    }
    const [project, , run] = addresses();
    expect((await pages.ask(project!)).status).toBe(200);
    expect((await pages.ask(run!)).status).toBe(200);
  });

  it("link to no address that a stranger made up", async () => {
    for (const remote of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x"]) {
      const run = await pages.run({ id: "remote" }, { repo: remote, commit: "a".repeat(40) });
      const html = await (await pages.ask(`/team/mnist/runs/${run.id}`)).text();
      expect(html).not.toMatch(/href="(javascript|data|file|\/\/)/);
    }
  });

  it.skipIf(findBrowser() === null)("run no script of theirs in a browser", async () => {
    await using stack = new AsyncDisposableStack();
    const browser = (await openBrowser())!;
    stack.defer(() => browser.close());
    const page = await browser.newPage();
    const violations: string[] = [];
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) violations.push(message.text());
    });
    page.on("pageerror", (error) => violations.push(error.message));
    for (const path of ["/", ...addresses().slice(0, 5)]) {
      await page.goto(pages.url + path);
      await page.waitForTimeout(100);
      expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
      expect(await page.locator("[onerror], main script, main iframe").count()).toBe(0);
    }
    expect(violations).toEqual([]);
  });
});
