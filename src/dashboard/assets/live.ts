/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { connect } from "./connection.ts";
import { keepContents } from "./contents.ts";
import { morph } from "./morph.ts";
import { keepTimes } from "./times.ts";

/** Milliseconds between two updates at least: as often as eyes follow. */
const INTERVAL = 900;
/** Milliseconds until the first one: what comes together is drawn together. */
const PAUSE = 60;

/** Milliseconds that an answer may take: one that never comes would end all updates. */
const PATIENCE = 30_000;

/** Parts of the page that are in sight, or nearly. */
const inSight = new Set<Element>();
const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) inSight.add(target);
    else inSight.delete(target);
    if (isIntersecting && stale.has(target)) update();
  }
}, { rootMargin: "300px" });
/** Parts that may have changed since they were drawn. */
const stale = new Set<Element>();
let busy = false;
let updated = -INTERVAL;
/** How long the last update took: a server that is busy is asked less often. */
let took = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Keeps the page as the server has it, without loading it again. */
export function keepLive(events: string): void {
  for (const part of parts()) sight.observe(part);
  connect(events, {
    changed(version, first) {
      const { dataset } = document.body;
      // One event comes with each connection, and often the page is as new as that.
      const known = first && version === dataset.version;
      dataset.version = version;
      if (!known) { for (const part of parts()) stale.add(part); }
      // What could not be fetched while there was no connection is still to come.
      update();
    },
    gone: () => tell("This run has been deleted."),
    tell,
  });
}

/** Says something at the edge of the page until all is well again. */
export function tell(text: string | null): void {
  const place = document.getElementById("notice");
  if (place === null || place.textContent === (text ?? "")) return;
  place.textContent = text ?? "";
  place.hidden = text === null;
  say(text ?? "The page is live again.");
}

function parts(): Element[] {
  return Array.from(document.querySelectorAll("[data-part]"));
}

/** Asks for what is stale and in sight, one request at a time. */
function update(): void {
  if (busy || timer !== undefined || document.hidden) return;
  const interval = Math.max(INTERVAL, 3 * took);
  const wait = Math.max(PAUSE, interval - (performance.now() - updated));
  timer = setTimeout(async () => {
    timer = undefined;
    busy = true;
    const begin = performance.now();
    // Where it fails, the next change or the next connection tries again.
    const done = await refresh(wanted()).then(() => true, () => false);
    busy = false;
    updated = performance.now();
    took = updated - begin;
    if (done && wanted().length > 0) update();
  }, wait);
}

function wanted(): string[] {
  const names: string[] = [];
  for (const part of stale) {
    if (!part.isConnected) stale.delete(part);
    else if (isWanted(part)) names.push(part.getAttribute("data-part")!);
  }
  return names.slice(0, 60);
}

/** The charts as a whole come only when there are more of them; one by one they come in sight. */
function isWanted(part: Element): boolean {
  if (part.getAttribute("data-part") === "head") return true;
  if (part.hasAttribute("data-zoomed")) return false;
  const shown = part.getAttribute("data-charts");
  if (shown !== null) {
    return shown !== document.querySelector("[data-part=head]")?.getAttribute("data-charts");
  }
  return inSight.has(part);
}

/** Fetches parts of this page and puts them in their places. */
export async function refresh(
  names: readonly string[],
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (names.length === 0) return;
  const asked = location.search;
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  for (const name of names) url.searchParams.append("part", name);
  url.hash = "";
  const response = await fetch(url, {
    headers: { accept: "text/html" },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`Cannot update the page: ${response.status}`);
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  // People have gone on to another step: what comes now is not what they look at.
  if (location.search !== asked) return;
  const byName = new Map(parts().map((part) => [part.getAttribute("data-part"), part]));
  // What is not answered is no more, and need not be asked for again.
  for (const name of names) stale.delete(byName.get(name)!);
  for (const fresh of Array.from(template.content.children)) {
    const part = byName.get(fresh.getAttribute("data-part"));
    if (part === undefined) continue;
    put(part, fresh);
  }
  for (const part of parts()) sight.observe(part);
  keepTimes();
  keepContents();
}

function put(part: Element, fresh: Element): void {
  const before = part.getAttribute("data-state");
  const end = part.querySelector("[data-end]");
  const atEnd = end !== null && end.scrollTop + end.clientHeight >= end.scrollHeight - 24;
  morph(part, fresh);
  if (atEnd) end.scrollTop = end.scrollHeight;
  const state = part.getAttribute("data-state");
  if (before !== null && state !== before) say(`The run is ${state}.`);
}

/** Tells who cannot see it. */
export function say(text: string): void {
  const place = document.getElementById("said");
  if (place !== null) place.textContent = text;
}
