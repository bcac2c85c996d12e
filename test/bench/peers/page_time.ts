import type { Browser } from "playwright-core";
import { openBrowser } from "../../jupyter/browser.ts";
import { ensureChromium } from "../../jupyter/chromium.ts";
import type { PeerServer } from "./peer.ts";

const AGAIN = 3;
const PATIENCE_MS = 60_000;
/** A page that was closed has asked for things that its server still works on. */
const REST_MS = 2_000;

/** What somebody waits for who opens a run's page, in milliseconds. */
export interface PageTime {
  /** With nothing kept from before. */
  readonly first: number;
  /** Once the browser has kept the scripts and styles: the median of some visits. */
  readonly again: number;
}

/** Opens a run's page in Chromium until so many charts are drawn. */
export async function timePage(server: PeerServer, run: string, charts: number): Promise<PageTime> {
  const chromium = await ensureChromium((line) => console.error(`setup: ${line}`));
  if ("reason" in chromium) throw new Error(`there is no browser: ${chromium.reason}`);
  await using browser = (await openBrowser())!;
  await visit(browser, server, run, charts, 1);
  const [first, ...others] = await visit(browser, server, run, charts, 1 + AGAIN);
  return { first: first!, again: others.toSorted((a, b) => a - b)[AGAIN >> 1]! };
}

/** Several visits of one browser that begins without anything kept. */
async function visit(
  browser: Browser,
  { baseUrl, headers, page: { path, drawn } }: PeerServer,
  run: string,
  charts: number,
  times: number,
): Promise<number[]> {
  await using context = await browser.newContext({
    extraHTTPHeaders: { ...headers },
    viewport: { width: 1280, height: 1400 },
  });
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const page = await context.newPage();
    const begin = performance.now();
    await page.goto(baseUrl + path(run), { waitUntil: "commit" });
    await page.locator(drawn).nth(charts - 1).waitFor({ timeout: PATIENCE_MS });
    took.push(performance.now() - begin);
    await page.close();
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
  return took;
}
