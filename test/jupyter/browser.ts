import { chromium, type Page } from "playwright-core";
import { findBrowser, JUPYTER_ENV, RIG } from "./setup.ts";

/** A notebook that is open in JupyterLab. */
export interface OpenNotebook extends AsyncDisposable {
  readonly page: Page;
  /** Runs every cell, and waits until the kernel is idle and the last cell has its number. */
  runAll(): Promise<void>;
}

/** How a notebook is opened. */
export interface OpenLabOptions {
  /** The folder that JupyterLab serves. */
  readonly root: string;
  /** The notebook's path in it. */
  readonly notebook: string;
  /** @default {"light"} */
  readonly theme?: "light" | "dark";
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

/** Opens a notebook in JupyterLab in a headless browser; null when there is no browser. */
export async function openLab(options: OpenLabOptions): Promise<OpenNotebook | null> {
  const executablePath = findBrowser();
  if (executablePath === null) return null;
  const { server, url } = await startServer(options);
  const browser = await chromium.launch({ executablePath, args: BROWSER_ARGS });
  const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  await page.goto(`${url}/lab/tree/${options.notebook}?reset`);
  await page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: 60_000 });
  return {
    page,
    async runAll() {
      await page.locator(`.jp-Notebook-ExecutionIndicator[data-status="idle"]`).waitFor({
        timeout: 60_000,
      });
      await page.click(`.lm-MenuBar-itemLabel:text-is("Run")`);
      await page.click(`.lm-Menu-itemLabel:text-is("Run All Cells")`);
      const last = page.locator(".jp-CodeCell .jp-InputPrompt").last();
      await page.waitForFunction(
        (prompt) => /\[\d+\]/.test((prompt as unknown as { textContent: string }).textContent),
        await last.elementHandle(),
        { timeout: 120_000 },
      );
      await page.waitForTimeout(500);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.kill();
      await server.status;
    },
  };
}

async function startServer({ root, theme = "light" }: OpenLabOptions) {
  const settings = `${await Deno.makeTempDir()}/user-settings`;
  await writeSetting(settings, "apputils-extension/themes", {
    theme: theme === "dark" ? "JupyterLab Dark" : "JupyterLab Light",
  });
  await writeSetting(settings, "apputils-extension/notification", { fetchNews: "false" });
  const port = freePort();
  const server = new Deno.Command(`${RIG.bin}/jupyter-lab`, {
    args: [
      "--no-browser",
      "--allow-root",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--ServerApp.port_retries=0",
      "--IdentityProvider.token=",
      `--ServerApp.root_dir=${root}`,
    ],
    env: { ...JUPYTER_ENV, JUPYTERLAB_SETTINGS_DIR: settings },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0;; attempt++) {
    const ready = await fetch(`${url}/api`).then((answer) => answer.text()).catch(() => null);
    if (ready !== null) return { server, url };
    if (attempt === 150) throw new Error("Cannot start JupyterLab: no answer within 30 s");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function writeSetting(folder: string, name: string, value: unknown): Promise<void> {
  const path = `${folder}/@jupyterlab/${name}.jupyterlab-settings`;
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify(value));
}

function freePort(): number {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
