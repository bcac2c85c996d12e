import type { VirtualElement } from "./document.ts";

/** Where and how a text stands. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly fill?: string;
  readonly "text-anchor"?: "start" | "middle" | "end";
  readonly "font-size"?: number;
  readonly "font-weight"?: number;
}

/** Makes an SVG element; `near` is any element of its document. */
export function svgElement(
  near: VirtualElement,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
): VirtualElement {
  const element = near.ownerDocument.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** Makes a text. */
export function textElement(near: VirtualElement, text: string, place: TextPlace): VirtualElement {
  const element = svgElement(near, "text", { "text-anchor": "start", ...place });
  element.textContent = text;
  return element;
}
