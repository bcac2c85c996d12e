/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/**
 * Makes an element what another one is, and touches only what differs: focus, selection, scrolling
 * and open menus stay as they are. Children with a `data-id` or `data-part` are told apart by it,
 * the others by their place.
 */
export function morph(from: Element, to: Element): void {
  for (const { name, value } of Array.from(to.attributes)) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of Array.from(from.attributes)) {
    if (!to.hasAttribute(name) && !KEPT.has(name)) from.removeAttribute(name);
  }
  const known = new Map<string, Element>();
  for (const child of Array.from(from.children)) {
    const key = keyOf(child);
    if (key !== null) known.set(key, child);
  }
  let at = from.firstChild;
  for (const wanted of Array.from(to.childNodes)) {
    const key = wanted instanceof Element ? keyOf(wanted) : null;
    const match = key === null ? sameKind(at, wanted) : known.get(key) ?? null;
    if (match === null) {
      from.insertBefore(wanted.cloneNode(true), at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else from.insertBefore(match, at);
    if (match instanceof Element && wanted instanceof Element) morph(match, wanted);
    else if (match.nodeValue !== wanted.nodeValue) match.nodeValue = wanted.nodeValue;
  }
  while (at !== null) {
    const next = at.nextSibling;
    // What a script of the page has put there is its own.
    if (!(at instanceof Element && at.hasAttribute("data-own"))) at.remove();
    at = next;
  }
}

/** What only the page itself sets. */
const KEPT = new Set([
  "open",
  "tabindex",
  "data-interactive",
  "aria-current",
  "aria-describedby",
  "style",
]);

function keyOf(element: Element): string | null {
  return element.getAttribute("data-id") ?? element.getAttribute("data-part");
}

/** The node itself, when it can become the wanted one. */
function sameKind(node: Node | null, wanted: Node): Node | null {
  if (node === null || node.nodeName !== wanted.nodeName) return null;
  return node instanceof Element && (keyOf(node) !== null || node.hasAttribute("data-own"))
    ? null
    : node;
}
