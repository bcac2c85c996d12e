import { escapeXml } from "./escape.ts";

const SVG = "http://www.w3.org/2000/svg";

/** What Plot writes to with finer steps than anyone sees, and what makes up most of a chart. */
const COORDINATES = new Set(["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy"]);

/** The inline style of an element. */
class VirtualStyle {
  readonly #properties = new Map<string, string>();

  setProperty(name: string, value: unknown): void {
    this.#properties.set(name, String(value));
  }

  removeProperty(name: string): void {
    this.#properties.delete(name);
  }

  copyTo(other: VirtualStyle): void {
    for (const [name, value] of this.#properties) other.setProperty(name, value);
  }

  toString(): string {
    return Array.from(this.#properties, ([name, value]) => `${name}:${value}`).join(";");
  }
}

/** A text. */
class VirtualText {
  parentNode: VirtualElement | null = null;

  constructor(readonly ownerDocument: VirtualDocument, public nodeValue: string) {}

  get textContent(): string {
    return this.nodeValue;
  }

  toString(): string {
    return escapeXml(this.nodeValue);
  }
}

type VirtualNode = VirtualElement | VirtualText;

/** An element, with as much of the DOM as Plot's marks use. */
export class VirtualElement {
  readonly namespaceURI: string = SVG;
  readonly childNodes: VirtualNode[] = [];
  readonly style: VirtualStyle = new VirtualStyle();
  parentNode: VirtualElement | null = null;
  readonly #attributes = new Map<string, string>();

  constructor(readonly ownerDocument: VirtualDocument, readonly tagName: string) {}

  get firstChild(): VirtualNode | null {
    return this.childNodes[0] ?? null;
  }

  get children(): VirtualElement[] {
    return this.childNodes.filter((node) => node instanceof VirtualElement);
  }

  get textContent(): string {
    return this.childNodes.map((node) => node.textContent).join("");
  }

  set textContent(text: string) {
    this.childNodes.length = 0;
    if (text !== "") this.append(text);
  }

  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, String(value));
  }

  setAttributeNS(_namespace: string | null, name: string, value: unknown): void {
    this.setAttribute(name, value);
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name);
  }

  append(...nodes: readonly (VirtualNode | string)[]): void {
    for (const node of nodes) {
      this.appendChild(typeof node === "string" ? this.ownerDocument.createTextNode(node) : node);
    }
  }

  appendChild<T extends VirtualNode>(node: T): T {
    return this.insertBefore(node, null);
  }

  insertBefore<T extends VirtualNode>(node: T, next: VirtualNode | null): T {
    node.parentNode?.removeChild(node);
    node.parentNode = this;
    if (next === null) this.childNodes.push(node);
    else this.childNodes.splice(this.childNodes.indexOf(next), 0, node);
    return node;
  }

  removeChild<T extends VirtualNode>(node: T): T {
    const index = this.childNodes.indexOf(node);
    if (index >= 0) this.childNodes.splice(index, 1);
    node.parentNode = null;
    return node;
  }

  /** A copy of the element, without a parent. */
  cloneNode(deep = false): VirtualElement {
    const copy = new VirtualElement(this.ownerDocument, this.tagName);
    for (const [name, value] of this.#attributes) copy.setAttribute(name, value);
    this.style.copyTo(copy.style);
    if (!deep) return copy;
    for (const node of this.childNodes) {
      if (node instanceof VirtualElement) copy.append(node.cloneNode(true));
      else copy.append(node.nodeValue);
    }
    return copy;
  }

  /** The first element inside with a name; Plot asks for nothing else. */
  querySelector(name: string): VirtualElement | null {
    for (const child of this.children) {
      const found = child.tagName === name ? child : child.querySelector(name);
      if (found !== null) return found;
    }
    return null;
  }

  /** Nothing happens in an image. */
  addEventListener(): void {}

  /** Nobody listens in an image. */
  dispatchEvent(): boolean {
    return true;
  }

  /** The element as XML. */
  toString(): string {
    let xml = `<${this.tagName}`;
    // A standalone SVG without its namespace is not an image to any browser.
    if (this.parentNode === null && this.tagName === "svg") xml += ` xmlns="${SVG}"`;
    for (const [name, value] of this.#attributes) {
      xml += ` ${name}="${escapeXml(COORDINATES.has(name) ? rounded(value) : value)}"`;
    }
    const style = this.style.toString();
    if (style !== "") xml += ` style="${escapeXml(style)}"`;
    if (this.childNodes.length === 0) return `${xml}/>`;
    return `${xml}>${this.childNodes.join("")}</${this.tagName}>`;
  }
}

/** A document with as much of the DOM as Plot uses for charts that need no canvas. */
export class VirtualDocument {
  readonly documentElement: VirtualElement = new VirtualElement(this, "svg");
  /** What marks for pointers make their events of. */
  readonly defaultView: { readonly Event: typeof Event } = { Event };

  createElement(name: string): VirtualElement {
    return new VirtualElement(this, name);
  }

  createElementNS(_namespace: string | null, name: string): VirtualElement {
    return new VirtualElement(this, name);
  }

  createTextNode(text: string): VirtualText {
    return new VirtualText(this, String(text));
  }
}

/** A tenth of a pixel is finer than a screen shows. */
function rounded(coordinates: string): string {
  return coordinates.replace(/-?\d+\.\d+/g, (number) => String(Math.round(+number * 10) / 10));
}
