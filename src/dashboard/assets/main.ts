/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { makeInteractive } from "./charts.ts";
import { keepLive } from "./live.ts";
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

/** The part of the page that is being read, in the list of its parts. */
function followParts(): void {
  const links = Array.from(document.querySelectorAll<HTMLAnchorElement>(".local a"));
  const byId = new Map(links.map((link) => [link.hash.slice(1), link]));
  const visible = new Set<string>();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) visible.add(target.id);
      else visible.delete(target.id);
    }
    const current = links.find(({ hash }) => visible.has(hash.slice(1)));
    // Between two parts the one before stays; above the first there is none.
    if (current === undefined && scrollY > 0) return;
    for (const link of links) {
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const list = current?.parentElement;
    if (current !== undefined && list != null) {
      list.scrollLeft = current.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
    }
  }, { rootMargin: "-64px 0px -60% 0px" });
  for (const id of byId.keys()) {
    const part = document.getElementById(id);
    if (part !== null) observer.observe(part);
  }
}

for (const log of Array.from(document.querySelectorAll("[data-end]"))) {
  log.scrollTop = log.scrollHeight;
}
keepTimes();
setInterval(() => keepTimes(), 1_000);
followParts();
makeInteractive();
followSteps();
const { events } = document.body.dataset;
if (events !== undefined) keepLive(events);
