import { escape } from "./escape.ts";

/**
 * The least document that Observable Plot can draw with: elements that hold attributes and children,
 * and become text. It is several times faster than a DOM, and exists for one drawing.
 *
 * @module
 */

const SVG = "http://www.w3.org/2000/svg";

class TextNode {
  readonly nodeType = 3;
  constructor(public data: string) {}

  get outerHTML(): string {
    return escape(this.data);
  }
}

/** An element of a {@linkcode VirtualDocument}. */
export class VirtualElement {
  readonly nodeType = 1;
  readonly style: Record<string, string> & { setProperty?: (k: string, v: string) => void };
  readonly childNodes: (VirtualElement | TextNode)[] = [];
  parentNode: VirtualElement | null = null;
  readonly #attributes = new Map<string, string>();

  constructor(
    readonly ownerDocument: VirtualDocument,
    readonly tagName: string,
    readonly namespaceURI: string,
  ) {
    this.style = Object.create({
      setProperty(this: Record<string, string>, name: string, value: string) {
        this[name] = value;
      },
    });
  }

  get firstChild(): VirtualElement | TextNode | null {
    return this.childNodes[0] ?? null;
  }

  get lastChild(): VirtualElement | TextNode | null {
    return this.childNodes.at(-1) ?? null;
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }

  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, String(value));
  }

  setAttributeNS(_namespace: string | null, name: string, value: unknown): void {
    this.setAttribute(name, value);
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name);
  }

  appendChild<T extends VirtualElement | TextNode>(child: T): T {
    return this.insertBefore(child, null);
  }

  insertBefore<T extends VirtualElement | TextNode>(
    child: T,
    next: VirtualElement | TextNode | null,
  ): T {
    if (child instanceof VirtualElement) child.#moveTo(this);
    const i = next === null ? -1 : this.childNodes.indexOf(next);
    if (i === -1) this.childNodes.push(child);
    else this.childNodes.splice(i, 0, child);
    return child;
  }

  append(...children: (VirtualElement | TextNode | string)[]): void {
    for (const child of children) {
      this.appendChild(typeof child === "string" ? new TextNode(child) : child);
    }
  }

  removeChild<T extends VirtualElement | TextNode>(child: T): T {
    const i = this.childNodes.indexOf(child);
    if (i !== -1) this.childNodes.splice(i, 1);
    return child;
  }

  remove(): void {
    this.parentNode?.removeChild(this);
  }

  /** Nothing in what is drawn here looks for elements, or listens. */
  querySelector(): null {
    return null;
  }

  querySelectorAll(): VirtualElement[] {
    return [];
  }

  addEventListener(): void {}
  removeEventListener(): void {}

  set textContent(text: unknown) {
    this.childNodes.length = 0;
    if (text !== null && text !== "") this.childNodes.push(new TextNode(String(text)));
  }

  get textContent(): string {
    return this.childNodes.map((node) => node instanceof TextNode ? node.data : node.textContent)
      .join("");
  }

  get outerHTML(): string {
    const attributes = [...this.#attributes];
    const style = Object.entries(this.style).map(([name, value]) => `${kebab(name)}:${value}`);
    if (style.length > 0) attributes.push(["style", style.join(";")]);
    const text = attributes.map(([name, value]) => ` ${name}="${escape(value)}"`).join("");
    const inner = this.childNodes.map((node) => node.outerHTML).join("");
    return inner === ""
      ? `<${this.tagName}${text}/>`
      : `<${this.tagName}${text}>${inner}</${this.tagName}>`;
  }

  #moveTo(parent: VirtualElement): void {
    this.parentNode?.removeChild(this);
    this.parentNode = parent;
  }
}

/** A document for Plot's `document` option. */
export class VirtualDocument {
  readonly documentElement: VirtualElement = new VirtualElement(this, "html", "");

  createElement(name: string): VirtualElement {
    return new VirtualElement(this, name, "http://www.w3.org/1999/xhtml");
  }

  createElementNS(namespace: string, name: string): VirtualElement {
    return new VirtualElement(this, name, namespace);
  }

  createTextNode(text: string): TextNode {
    return new TextNode(text);
  }

  querySelector(): null {
    return null;
  }

  querySelectorAll(): VirtualElement[] {
    return [];
  }
}

/** An SVG element as a document of its own. */
export function standaloneSvg(element: VirtualElement): string {
  element.setAttribute("xmlns", SVG);
  return element.outerHTML;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
