/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import {
  type Area,
  areaOf,
  type Columns,
  columnsOf,
  nearest,
  pixelAt,
  valueAt,
} from "./columns.ts";
import { refresh, say } from "./live.ts";

/** Pixels that a pointer moves before it draws a range instead of a click. */
const DRAG = 6;

/** A range that is being drawn with the pointer. */
let drag: { readonly plot: HTMLElement; readonly from: number; brush: HTMLElement | null } | null =
  null;

/** Lets people read values off the charts, and zoom, with a pointer and by keyboard. */
export function makeInteractive(): void {
  document.addEventListener("pointermove", ({ target, clientX }) => {
    if (drag !== null) return draw(clientX);
    const plot = plotOf(target);
    if (plot === null) return hide();
    prepare(plot);
    show(plot, pixelOf(plot, clientX));
  });
  document.addEventListener("pointerleave", hide);
  document.addEventListener("pointerdown", ({ target, clientX, button }) => {
    const plot = plotOf(target);
    if (plot === null || button !== 0) return;
    drag = { plot, from: clientX, brush: null };
  });
  document.addEventListener("pointerup", ({ clientX }) => {
    const { plot, from, brush } = drag ?? {};
    drag = null;
    brush?.remove();
    if (plot === undefined || from === undefined || Math.abs(clientX - from) < DRAG) return;
    const area = areaOf(plot);
    if (area === null) return;
    const ends = [from, clientX].map((x) => valueAt(area, pixelOf(plot, x)) * area.divisor);
    zoom(plot, Math.min(...ends), Math.max(...ends));
  });
  document.addEventListener("pointercancel", () => {
    drag?.brush?.remove();
    drag = null;
  });
  document.addEventListener("dblclick", ({ target }) => {
    const plot = plotOf(target);
    if (plot !== null) reset(plot);
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", ({ target }) => {
    const plot = plotOf(target);
    if (plot === null) hide();
    else prepare(plot);
  });
  for (const plot of Array.from(document.querySelectorAll(".plot"))) prepare(plot as HTMLElement);
}

function plotOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(".plot[data-area]") : null;
}

/** Without a script nothing happens at a chart, so that only a script says that something does. */
function prepare(plot: HTMLElement): void {
  if (plot.hasAttribute("data-interactive")) return;
  plot.setAttribute("data-interactive", "");
  plot.tabIndex = 0;
  plot.setAttribute("aria-describedby", "chart-help");
}

/** From the window to the drawing, which is scaled to its column. */
function pixelOf(plot: HTMLElement, clientX: number): number {
  const { left, width } = plot.getBoundingClientRect();
  return (clientX - left) * (areaOf(plot)?.width ?? width) / width;
}

let pointed: { readonly plot: HTMLElement; index: number } | null = null;
const cross = element("cross");
const readout = element("readout");

function element(name: string): HTMLElement {
  const made = document.createElement("div");
  made.className = name;
  made.setAttribute("data-own", "");
  made.setAttribute("aria-hidden", "true");
  return made;
}

function hide(): void {
  pointed = null;
  cross.remove();
  readout.remove();
}

async function show(plot: HTMLElement, pixel: number): Promise<void> {
  const area = areaOf(plot);
  if (area === null) return;
  const mark = pointed = { plot, index: -1 };
  const columns = await columnsOf(plot);
  if (columns === null || pointed !== mark) return;
  mark.index = nearest(columns.x, valueAt(area, pixel) * area.divisor);
  if (mark.index >= 0) place(plot, area, columns, mark.index);
}

function place(plot: HTMLElement, area: Area, columns: Columns, index: number): string {
  const scale = plot.clientWidth / area.width;
  const x = columns.x[index]! / area.divisor;
  const left = pixelAt(area, x) * scale;
  cross.style.left = `${left}px`;
  cross.style.top = `${area.top * scale}px`;
  cross.style.height = `${(area.bottom - area.top) * scale}px`;
  const mean = columns.mean[index];
  const [low, high] = [columns.low?.[index], columns.high?.[index]];
  const value = mean == null ? "not finite" : written(mean);
  const band = low != null && high != null && low < high
    ? `${written(low)} to ${written(high)}`
    : "";
  const axis = plot.getAttribute("data-x");
  // The middle of some steps may lie between two.
  const where = axis === "_step"
    ? `step ${written(Math.round(x))}`
    : `${axis === "_runtime" ? "time" : axis} ${written(x)}`;
  readout.replaceChildren(
    ...[value, band, where].filter((text) => text !== "").map((text) => {
      const row = document.createElement("div");
      row.textContent = text;
      return row;
    }),
  );
  plot.append(cross, readout);
  const flips = left > plot.clientWidth / 2;
  readout.style.left = flips ? "" : `${left + 12}px`;
  readout.style.right = flips ? `${plot.clientWidth - left + 12}px` : "";
  readout.style.top = `${area.top * scale + 4}px`;
  return [value, band, where].filter((text) => text !== "").join(", ");
}

const numbers = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });

function written(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e12)
    ? value.toExponential(3)
    : numbers.format(value);
}

/** Draws the range from where the pointer went down. */
function draw(clientX: number): void {
  const { plot, from } = drag!;
  const area = areaOf(plot);
  if (area === null || (drag!.brush === null && Math.abs(clientX - from) < DRAG)) return;
  if (drag!.brush === null) {
    hide();
    drag!.brush = element("brush");
    plot.append(drag!.brush);
  }
  const { left } = plot.getBoundingClientRect();
  const scale = plot.clientWidth / area.width;
  const clamp = (x: number) => Math.min(area.right * scale, Math.max(area.left * scale, x - left));
  const [a, b] = [clamp(from), clamp(clientX)];
  const { style } = drag!.brush;
  style.left = `${Math.min(a, b)}px`;
  style.width = `${Math.abs(b - a)}px`;
  style.top = `${area.top * scale}px`;
  style.height = `${(area.bottom - area.top) * scale}px`;
}

/** Shows a part of the axis: the server draws it anew, from the points themselves. */
async function zoom(plot: HTMLElement, from: number, to: number): Promise<void> {
  if (!(to > from)) return;
  const figure = plot.closest("figure");
  const name = figure?.getAttribute("data-part");
  if (figure == null || name == null) return;
  if (name === "focus") {
    const url = new URL(location.href);
    url.searchParams.set("from", String(from));
    url.searchParams.set("to", String(to));
    location.assign(url);
    return;
  }
  await refresh([name], { "part-from": String(from), "part-to": String(to) });
  figure.setAttribute("data-zoomed", "");
  const button = document.createElement("button");
  button.className = "zoomed";
  button.type = "button";
  button.textContent = "Whole axis";
  button.setAttribute("data-own", "");
  button.addEventListener("click", () => reset(plot));
  figure.querySelector(".zoomed")?.remove();
  figure.append(button);
}

async function reset(plot: HTMLElement): Promise<void> {
  const figure = plot.closest("figure");
  const name = figure?.getAttribute("data-part");
  if (figure == null || name == null || !figure.hasAttribute("data-zoomed")) return;
  figure.removeAttribute("data-zoomed");
  figure.querySelector(".zoomed")?.remove();
  await refresh([name]);
}

async function onKey(event: KeyboardEvent): Promise<void> {
  const plot = plotOf(event.target);
  const area = plot === null ? null : areaOf(plot);
  if (plot === null || area === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  if (key === "Escape") {
    hide();
    return await reset(plot);
  }
  if (!["ArrowLeft", "ArrowRight", "Home", "End", "+", "-"].includes(key)) return;
  event.preventDefault();
  const columns = await columnsOf(plot);
  if (columns === null || columns.x.length === 0) return;
  const last = columns.x.length - 1;
  const before = pointed?.plot === plot && pointed.index >= 0 ? pointed.index : last;
  if (key === "+" || key === "-") {
    const [low, high] = area.x;
    const middle = (columns.x[before] ?? (low + high) / 2 * area.divisor) / area.divisor;
    const half = (high - low) * (key === "+" ? 0.25 : 1);
    return await zoom(plot, (middle - half) * area.divisor, (middle + half) * area.divisor);
  }
  const moved = { ArrowLeft: before - 1, ArrowRight: before + 1, Home: 0, End: last }[key]!;
  const index = Math.min(last, Math.max(0, moved));
  pointed = { plot, index };
  say(place(plot, area, columns, index));
}
