import { type Browser, chromium, type Page } from "playwright-core";
import { startLabServer } from "./lab_server.ts";
import { findBrowser } from "./setup.ts";

/** A notebook that is open in JupyterLab. */
export interface OpenNotebook extends AsyncDisposable {
  readonly page: Page;
  /** Runs every cell, and waits until the kernel is idle and the last cell has its number. */
  runAll(): Promise<void>;
  /** Waits until no cell is running or waiting to run. */
  waitForIdle(): Promise<void>;
  /** Saves the notebook. */
  save(): Promise<void>;
  /** Whether JupyterLab trusts the outputs of every cell. */
  trusted(): Promise<boolean>;
  /** The notebook as a PNG, as tall as its cells are, written to a file when one is named. */
  screenshot(path?: string): Promise<Uint8Array>;
}

/** How a notebook is opened. */
export interface OpenLabOptions {
  /** The folder that JupyterLab serves. */
  readonly root: string;
  /** The notebook's path in it. */
  readonly notebook: string;
  /** @default {"light"} */
  readonly theme?: "light" | "dark";
  /** Whether the outputs that the file has are trusted; those of cells run here always are. @default {false} */
  readonly trust?: boolean;
}

const BROWSER_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const VIEWPORT = { width: 1280, height: 1400 };

// Chromium cannot photograph much more at once.
const TALLEST = 12_000;

/** Starts the browser; null when there is none. */
export async function openBrowser(): Promise<Browser | null> {
  const executablePath = findBrowser();
  if (executablePath === null) return null;
  return await chromium.launch({ executablePath, args: BROWSER_ARGS });
}

/** Opens a notebook in JupyterLab in a headless browser; null when there is no browser. */
export async function openLab(options: OpenLabOptions): Promise<OpenNotebook | null> {
  const { root, notebook, theme = "light", trust = false } = options;
  if (findBrowser() === null) return null;
  await using stack = new AsyncDisposableStack();
  const trusted = trust ? [notebook] : [];
  const { url } = stack.use(await startLabServer(root, { theme, trusted }));
  const browser = await openBrowser();
  if (browser === null) return null;
  stack.defer(() => browser.close());
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(`${url}/lab/tree/${notebook}?reset`);
  await page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: 60_000 });
  const opened = stack.move();
  const waitForIdle = () => untilIdle(page);
  return {
    page,
    waitForIdle,
    async runAll() {
      await page.locator(`.jp-Notebook-ExecutionIndicator[data-status="idle"]`).waitFor({
        timeout: 60_000,
      });
      await untilConnected(url);
      await menu(page, "Run", "Run All Cells");
      await waitForIdle();
    },
    save: () => menu(page, "File", "Save Notebook"),
    trusted: () =>
      page.locator(`.jp-StatusItem-trust svg[data-icon="ui-components:trusted"]`).isVisible(),
    screenshot: (path) => photograph(page, path),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The page says idle before it has a kernel, and would then ask which one to start. */
async function untilConnected(url: string): Promise<void> {
  interface Session {
    readonly kernel: { readonly execution_state: string; readonly connections: number } | null;
  }
  for (let attempt = 0; attempt < 300; attempt++) {
    const sessions = await (await fetch(`${url}/api/sessions`)).json() as Session[];
    const kernel = sessions[0]?.kernel;
    if (kernel?.execution_state === "idle" && kernel.connections > 0) {
      // The page still has to hear of it.
      return await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("Cannot run the cells: the kernel did not start within 60 s");
}

async function menu(page: Page, name: string, item: string): Promise<void> {
  await page.click(`.lm-MenuBar-itemLabel:text-is("${name}")`);
  await page.click(`.lm-Menu-itemLabel:text-is("${item}")`);
}

async function untilIdle(page: Page): Promise<void> {
  // Compiled in the page, which has the types of a browser, and not those of Deno.
  await page.waitForFunction(
    `(() => {
      const prompts = [...document.querySelectorAll(".jp-CodeCell")]
        .filter((cell) => cell.querySelector(".cm-content")?.textContent.trim() !== "")
        .map((cell) => cell.querySelector(".jp-InputPrompt").textContent);
      return prompts.length > 0 && prompts.every((prompt) => /\\[\\d+\\]/.test(prompt)) &&
        document.querySelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]') !== null;
    })()`,
    undefined,
    { timeout: 120_000 },
  );
  // Late outputs, and the frame that shows them.
  await page.waitForTimeout(500);
}

async function photograph(page: Page, path: string | undefined): Promise<Uint8Array> {
  const height = await page.evaluate(
    `(() => {
      const outer = document.querySelector(".jp-WindowedPanel-outer") ??
        document.querySelector(".jp-Notebook");
      return outer.scrollHeight - outer.clientHeight + innerHeight;
    })()`,
  ) as number;
  const { width } = VIEWPORT;
  await page.setViewportSize({ width, height: Math.min(Math.max(height, 400), TALLEST) });
  await page.waitForTimeout(300);
  const panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").first();
  const png = await panel.screenshot(path === undefined ? {} : { path });
  await page.setViewportSize(VIEWPORT);
  return png;
}
