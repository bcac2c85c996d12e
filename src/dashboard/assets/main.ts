/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { makeInteractive } from "./charts.ts";
import { keepContents } from "./contents.ts";
import { guardForms } from "./forms.ts";
import { keepLive, tell } from "./live.ts";
import { followSteps } from "./media.ts";
import { keepTimes } from "./times.ts";

/** The menus close as menus do. */
function closeMenus(except: Element | null): void {
  for (const menu of Array.from(document.querySelectorAll("details.menu[open]"))) {
    if (menu !== except) menu.removeAttribute("open");
  }
}

document.addEventListener("click", ({ target }) => {
  closeMenus(target instanceof Element ? target.closest("details.menu") : null);
});

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key === "Escape") {
    const menu = target instanceof Element ? target.closest("details.menu[open]") : null;
    closeMenus(null);
    menu?.querySelector("summary")?.focus();
  }
  const writing = target instanceof Element && target.closest("input, textarea, select") !== null;
  if (key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector<HTMLInputElement>("input[type=search]");
  if (search === null) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A page that is gone back to says what it was searched for, and not what was typed on it later.
addEventListener("pageshow", ({ persisted }) => {
  const [navigation] = performance.getEntriesByType("navigation");
  const back = navigation instanceof PerformanceNavigationTiming &&
    navigation.type === "back_forward";
  if (!persisted && !back) return;
  for (const search of Array.from(document.querySelectorAll("input[type=search]"))) {
    if (search instanceof HTMLInputElement) search.value = search.defaultValue;
  }
});

for (const log of Array.from(document.querySelectorAll("[data-end]"))) {
  log.scrollTop = log.scrollHeight;
}
keepTimes();
setInterval(() => keepTimes(), 1_000);
keepContents();
makeInteractive();
followSteps();
guardForms(tell);
const { events } = document.body.dataset;
if (events !== undefined) keepLive(events);
