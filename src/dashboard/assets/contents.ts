/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Parts of the page near its upper edge. */
const visible = new Set<string>();
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) visible.add(target.id);
    else visible.delete(target.id);
  }
  const current = links().find(({ hash }) => visible.has(hash.slice(1)));
  // Between two parts the one before stays; above the first there is none.
  if (current === undefined && scrollY > 0) return;
  for (const link of links()) {
    if (link === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const list = current?.parentElement;
  if (current !== undefined && list != null) {
    list.scrollLeft = current.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
  }
}, { rootMargin: "-64px 0px -60% 0px" });

function links(): HTMLAnchorElement[] {
  return Array.from(document.querySelectorAll<HTMLAnchorElement>(".local a"));
}

/** Marks what is being read in the list of the page's parts, which grows with the page. */
export function keepContents(): void {
  for (const link of links()) {
    const part = document.getElementById(link.hash.slice(1));
    link.hidden = part === null;
    if (part !== null) observer.observe(part);
  }
}
