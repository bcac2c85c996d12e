import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { StoredRun } from "../../src/server/store/store.ts";
import { openBrowser } from "../jupyter/browser.ts";
import { findBrowser } from "../jupyter/setup.ts";
import { type PagesServer, startPages } from "./server.ts";

describe.skipIf(findBrowser() === null)("an open page", () => {
  let pages: PagesServer;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    pages = await startPages();
    browser = (await openBrowser())!;
  });
  afterAll(async () => {
    await browser.close();
    await pages[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await page.close();
    expect(problems.splice(0)).toEqual([]);
  });

  async function open(path: string, options: Parameters<Browser["newPage"]>[0] = {}) {
    page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(pages.url + path);
    return page;
  }

  async function makeRun(id: string, rows = 200): Promise<StoredRun> {
    const run = await pages.run({ id }, { summary: { loss: 1 } });
    await pages.log(run, Array.from({ length: rows }, (_, i) => ({ loss: i % 7, acc: i })));
    return run;
  }

  it("draws new rows in the charts it shows, and leaves the page as it is", async () => {
    const run = await makeRun("live");
    await open("/team/mnist/runs/live");
    const plot = page.locator(".plot[data-key=loss]");
    await plot.focus();
    await page.evaluate(`document.querySelector(".plot[data-key=loss]").mine = true`);
    await pages.log(run, [{ loss: 123, acc: 5, new_metric: 1 }]);
    await page.locator(`[data-part="chart:loss"] b:text-is("123")`).waitFor();
    // A metric that was not there before has a chart too.
    await page.locator(`[data-part="chart:new_metric"] svg`).waitFor();
    // The same elements, with the focus where it was.
    expect(await page.evaluate(`document.activeElement.mine`)).toBe(true);
    expect(await page.evaluate(`document.querySelectorAll(".plot[data-key=loss]").length`)).toBe(1);
    expect(await plot.locator("svg").getAttribute("aria-label")).toContain("201 points");
  });

  it("catches up on what came before it listened, and while nobody looked", async () => {
    const run = await makeRun("late");
    page = await browser.newPage();
    // Rows that come between the page and its events.
    await page.route("**/api/charts/events*", async (route) => {
      await pages.log(run, [{ loss: 77, acc: 1 }]);
      await route.continue();
    });
    await page.goto(`${pages.url}/team/mnist/runs/late`);
    await page.locator(`[data-part="chart:loss"] b:text-is("77")`).waitFor();
    const hide = (hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"))`,
      );
    await hide(true);
    await page.unroute("**/api/charts/events*");
    await pages.log(run, [{ loss: 78, acc: 1 }]);
    await page.waitForTimeout(1_500);
    expect(await page.locator(`[data-part="chart:loss"] b`).textContent()).toBe("77");
    await hide(false);
    await page.locator(`[data-part="chart:loss"] b:text-is("78")`).waitFor();
  });

  it("says that the server does not answer, and is live again when it does", async () => {
    const run = await makeRun("lost");
    await open("/team/mnist/runs/lost");
    const notice = page.locator("#notice");
    // A proxy answers for a server that restarts, and browsers do not try again after that.
    let refused = 0;
    await page.route("**/api/charts/events*", async (route) => {
      refused++;
      await route.fulfill({ status: 502 });
    });
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await notice.getByText("does not answer").waitFor();
    await pages.log(run, [{ loss: 91, acc: 1 }]);
    await page.unroute("**/api/charts/events*");
    await page.locator(`[data-part="chart:loss"] b:text-is("91")`).waitFor();
    expect(await notice.isVisible()).toBe(false);
    expect(await page.locator("#said").textContent()).toBe("The page is live again.");
    expect(refused).toBeGreaterThan(0);
    problems.length = 0;
  });

  it("keeps what was written while the server does not answer, and sends it when it does", async () => {
    await makeRun("kept");
    await open("/team/mnist/runs/kept");
    await page.click('summary:text-is("Edit")');
    await page.fill("input[name=name]", "a new name");
    await page.context().setOffline(true);
    await page.click('button:text-is("Save")');
    await page.locator("#notice").getByText("nothing was changed").waitFor();
    expect(await page.inputValue("input[name=name]")).toBe("a new name");
    await page.context().setOffline(false);
    await page.click('button:text-is("Save")');
    await page.locator('h1:text-is("a new name")').waitFor();
    problems.length = 0;
  });

  it("goes on after an answer that failed, though nothing has changed since", async () => {
    const run = await makeRun("failing");
    await open("/team/mnist/runs/failing");
    await page.waitForTimeout(500);
    await page.route("**/runs/failing?part=*", (route) => route.fulfill({ status: 500 }));
    await pages.log(run, [{ loss: 92, acc: 1 }]);
    await page.waitForTimeout(1_500);
    await page.unroute("**/runs/failing?part=*");
    // The same events from the same state, over a new connection.
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await page.locator(`[data-part="chart:loss"] b:text-is("92")`).waitFor();
    problems.length = 0;
  });

  it("shows media of another step in place, and keeps it while the run goes on", async () => {
    const run = await pages.run({ id: "slide" }, {
      summary: { seen: "b".repeat(200), loss: 1 },
    });
    const text = (letter: string) => letter.repeat(200);
    await pages.log(run, [{ _step: 0, loss: 1, seen: text("a") }, {
      _step: 10,
      loss: 2,
      seen: text("b"),
    }]);
    await open("/team/mnist/runs/slide");
    const slider = page.locator(".steps input");
    await slider.focus();
    await page.keyboard.press("ArrowLeft");
    await page.getByText(text("a")).waitFor();
    expect(new URL(page.url()).searchParams.get("step")).toBe("0");
    expect(await page.evaluate(`document.activeElement.type`)).toBe("range");
    await pages.log(run, [{ _step: 20, loss: 94, seen: text("c") }]);
    await page.locator(`[data-part="chart:loss"] b:text-is("94")`).waitFor();
    await page.locator(`.steps input[max="20"]`).waitFor();
    expect(await page.getByText(text("a")).count()).toBe(1);
    await page.getByRole("link", { name: "Later step" }).click();
    await page.locator(".prose", { hasText: text("b") }).waitFor();
    expect(await slider.inputValue()).toBe("10");
  });

  it("says when the run has ended, and goes on with the log", async () => {
    const run = await makeRun("ends");
    await open("/team/mnist/runs/ends");
    await page.locator("#log").scrollIntoViewIfNeeded();
    await pages.store.lines.write(run.key, [{
      stream: "console",
      offset: 0,
      lines: ["2026-11-25T10:00:00.000000 the last word"],
    }]);
    await page.getByText("the last word").waitFor();
    await pages.store.runs.update(run.key, { state: "finished", exitCode: 0 });
    await page.locator("#said:text-is('The run is finished.')").waitFor({ state: "attached" });
    expect(await page.locator(".title .state").textContent()).toBe("finished");
  });

  it("shows an alert as it comes", async () => {
    const run = await makeRun("alerted");
    await open("/team/mnist/runs/alerted");
    const alert = { title: "Loss is NaN", text: "at step 3", level: "ERROR" } as const;
    await pages.store.runs.addAlert(run.key, { ...alert, at: Date.now() });
    await page.locator(".alert.error", { hasText: "Error: Loss is NaN" }).waitFor();
    await page.getByText("at step 3").waitFor();
  });

  it("shows parts that were not there before, in the list of parts too, and no button that is of no use", async () => {
    const run = await makeRun("grows");
    await open("/team/mnist/runs/grows");
    const link = page.locator(".local a", { hasText: "Git" });
    expect(await link.isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: "Stop" }).isVisible()).toBe(true);
    await pages.file(run, "diff.patch", "diff --git a/x b/x\n+x\n");
    await pages.store.runs.update(run.key, { state: "finished" });
    await page.locator(".title .state", { hasText: "finished" }).waitFor();
    await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
    await page.locator("#log").scrollIntoViewIfNeeded();
    await page.locator("#git").waitFor();
    await expect.poll(() => link.isVisible()).toBe(true);
  });

  it("asks no more for a part that is gone", async () => {
    const run = await makeRun("no-more");
    await pages.file(run, "diff.patch", "diff --git a/x b/x\n+x\n");
    await open("/team/mnist/runs/no-more");
    await page.locator("#git").scrollIntoViewIfNeeded();
    const [file] = (await pages.store.files.list(run.key)).files;
    await pages.store.files.remove(file!.key);
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().includes("part=git")) asked++;
    });
    await pages.store.runs.update(run.key, { notes: "changed" });
    await page.locator(".notes").waitFor();
    await page.waitForTimeout(2_500);
    expect(asked).toBeLessThanOrEqual(2);
  });

  it("draws the other charts whole beside one of which a part is shown", async () => {
    const run = await makeRun("beside");
    await open("/team/mnist/runs/beside?chart=loss&from=5&to=9");
    await pages.log(run, [{ loss: 55, acc: 55 }]);
    await page.locator(`[data-part="chart:acc"] b:text-is("55")`).waitFor();
    const alt = (key: string) =>
      page.locator(`${key} .plot svg`).first().getAttribute("aria-label");
    expect(await alt(`[data-part="chart:acc"]`)).toContain("201 points");
    expect(await alt(`[data-part="focus"]`)).toContain("5 points");
  });

  it("shows a run that has just begun in the table", async () => {
    await makeRun("table-1");
    await open("/team/mnist");
    await page.locator(`tr[data-id="table-1"] a`).focus();
    await pages.run({ id: "table-2" }, { displayName: "newcomer" });
    await page.getByText("newcomer").waitFor();
    const focused = `document.activeElement.closest("tr").dataset.id`;
    expect(await page.evaluate(focused)).toBe("table-1");
  });

  it("reads values off a chart by keyboard, zooms and comes back", async () => {
    await makeRun("keys");
    await open("/team/mnist/runs/keys");
    const plot = page.locator(".plot[data-key=acc]");
    await plot.focus();
    await page.keyboard.press("End");
    const readout = page.locator(".readout");
    await readout.waitFor();
    expect(await readout.textContent()).toContain("step 199");
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => readout.textContent()).toContain("198");
    expect(await page.locator("#said").textContent()).toMatch(/^198, step 198$/);
    await page.keyboard.press("+");
    const figure = page.locator(`[data-part="chart:acc"]`);
    await page.locator(`[data-part="chart:acc"][data-zoomed]`).waitFor();
    expect(await figure.locator("svg").getAttribute("aria-label")).not.toContain("200 points");
    await plot.focus();
    await page.keyboard.press("Escape");
    await page.locator(`[data-part="chart:acc"]:not([data-zoomed])`).waitFor();
    // The page's policy forbids what waitForFunction() would do there.
    await expect.poll(() => figure.locator("svg").getAttribute("aria-label"))
      .toContain("200 points");
  });

  it("zooms into what a pointer draws, and leaves that alone when rows come", async () => {
    const run = await makeRun("drag");
    await open("/team/mnist/runs/drag");
    const plot = page.locator(".plot[data-key=acc]");
    const { x, y, width, height } = (await plot.boundingBox())!;
    await page.mouse.move(x + width * 0.5, y + height / 2);
    await page.locator(".readout").waitFor();
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + height / 2, { steps: 4 });
    expect(await page.locator(".brush").count()).toBe(1);
    await page.mouse.up();
    await page.getByRole("button", { name: "Whole axis" }).waitFor();
    const zoomed = await plot.locator("svg").getAttribute("aria-label");
    expect(zoomed).toMatch(/acc over step, (19|2\d) points/);
    await pages.log(run, [{ loss: 5, acc: 5 }]);
    await page.locator(`[data-part="chart:loss"] b:text-is("5")`).waitFor();
    expect(await plot.locator("svg").getAttribute("aria-label")).toBe(zoomed);
    await page.getByRole("button", { name: "Whole axis" }).click();
    await page.locator(`[data-part="chart:acc"]:not([data-zoomed])`).waitFor();
  });

  it("is used by keyboard alone", async () => {
    await makeRun("tabs");
    await open("/team/mnist");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(`document.activeElement.textContent`)).toBe("Skip to the content");
    await page.keyboard.press("/");
    expect(await page.evaluate(`document.activeElement.type`)).toBe("search");
    await page.keyboard.type("tabs");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=tabs/);
    await page.locator(`tr[data-id="tabs"] a`).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/runs\/tabs/);
    const edit = page.locator("summary", { hasText: "Edit" });
    await edit.focus();
    await page.keyboard.press("Enter");
    await page.locator("input[name=tags]").fill("mine");
    await page.keyboard.press("Enter");
    await page.getByText("mine").first().waitFor();
    await edit.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    expect(await page.locator("details[open]").count()).toBe(0);
    expect(await page.evaluate(`document.activeElement.textContent`)).toBe("Edit");
  });

  it("shows and changes everything without a script", async () => {
    await makeRun("plain");
    await open("/team/mnist/runs/plain", { javaScriptEnabled: false });
    expect(await page.locator(".chart svg").count()).toBe(2);
    await page.locator("summary", { hasText: "Edit" }).click();
    await page.locator("input[name=name]").fill("renamed");
    await page.getByRole("button", { name: "Save" }).click();
    expect(await page.locator("h1").textContent()).toBe("renamed");
    await page.locator(".chart a", { hasText: "loss" }).click();
    expect(await page.locator("#chart svg").count()).toBe(2);
    await page.locator("select[name=smoothing]").selectOption("0.9");
    await page.getByRole("button", { name: "Draw" }).click();
    expect(page.url()).toContain("smoothing=0.9");
  });

  it.each([["a phone", 390], ["a desk", 1280]])("fits on %s", async (_what, width) => {
    await makeRun("fits");
    for (
      const path of ["/", "/team/mnist", "/team/mnist/runs/fits", "/team/mnist/runs/fits?chart=acc"]
    ) {
      await open(path, { viewport: { width, height: 800 } });
      expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(
        width,
      );
      await page.close();
    }
    await open("/");
  });

  it("keeps still for who asks for that", async () => {
    await makeRun("still");
    await open("/team/mnist/runs/still", { reducedMotion: "reduce" });
    const animation =
      `getComputedStyle(document.querySelector(".running"), "::before").animationName`;
    expect(await page.evaluate(animation)).toBe("none");
  });

  it("says that its run was deleted", async () => {
    const run = await makeRun("gone");
    await open("/team/mnist/runs/gone");
    await page.waitForTimeout(300);
    await pages.store.runs.delete(run.key);
    await page.locator("#said:text-is('This run has been deleted.')").waitFor({
      state: "attached",
    });
  });
});
