import { escapeHtml, harmless, truncate } from "./escape.ts";
import { formatCount } from "./format.ts";

/** An execution of a cell, as far as it is named. */
export interface NamedCell {
  readonly execution?: number | null | undefined;
  readonly source: string;
}

/** Where a notebook and its results no longer agree. */
export interface NotebookOrder {
  readonly outOfOrder: readonly NamedCell[];
  readonly changed: readonly NamedCell[];
  readonly gone: readonly NamedCell[];
  /** Sources of code cells. */
  readonly neverExecuted: readonly string[];
  /** How many of these are above the lowest cell that was executed. */
  readonly skipped: number;
  readonly missing: number;
}

/** Where a notebook and its results no longer agree, in words. */
export interface StateInWords {
  /** One line; empty when there is nothing to say. */
  readonly line: string;
  /** What it is about, one by one. */
  readonly items: readonly string[];
}

const MAX_ITEMS = 40;
const QUIET = "opacity:.7;font-size:12px";

/** Says where a notebook and its results no longer agree. */
export function stateInWords(state: NotebookOrder): StateInWords {
  const { outOfOrder, changed, gone, neverExecuted, skipped, missing } = state;
  const parts = [
    several(outOfOrder.length, "cell", "ran out of order"),
    several(changed.length, "cell", "changed since it ran", "changed since they ran"),
    several(gone.length, "result", "whose cell is gone"),
    several(skipped, "cell", "above never ran as it is now", "above never ran as they are now"),
    several(missing, "execution", "not on the record"),
  ].filter((part) => part !== "");
  const items = [
    ...outOfOrder.map((cell) => `${nameOf(cell)} ran after a cell further down`),
    ...changed.map((cell) => `${nameOf(cell)} has another source now`),
    ...gone.map((cell) => `${nameOf(cell)} is no longer in the notebook`),
    ...neverExecuted.map((source) => `never executed: ${firstLine(source)}`),
  ];
  return { line: parts.join(" · "), items: parts.length === 0 ? [] : items };
}

/** The same as a quiet line that opens into the list. */
export function stateDetails({ line, items }: StateInWords): string {
  if (line === "") return "";
  const shown = items.slice(0, MAX_ITEMS).map((item) => `<li>${oneLine(item, 200)}</li>`);
  const more = items.length - shown.length;
  if (more > 0) shown.push(`<li>… and ${formatCount(more)} more</li>`);
  return `<details style="margin-top:6px"><summary style="${QUIET};cursor:pointer">` +
    `<span aria-hidden="true">⇅</span> ${oneLine(line, 500)}</summary>` +
    `<ul style="${QUIET};margin:2px 0 4px;padding-left:24px">${shown.join("")}</ul></details>`;
}

/** The first line of code that says something. */
export function firstLine(source: string): string {
  const lines = source.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.find((line) => !/^(\/\/|\/\*|\*|import\b)/.test(line)) ?? lines[0] ?? "";
}

/** How a cell is named: its execution number and its code. */
export function nameOf(cell: NamedCell): string {
  return `[${cell.execution ?? " "}] ${truncate(firstLine(cell.source), 60)}`;
}

function several(n: number, noun: string, one: string, many = one): string {
  if (n === 0) return "";
  return n === 1 ? `1 ${noun} ${one}` : `${formatCount(n)} ${noun}s ${many}`;
}

function oneLine(text: string, length: number): string {
  return escapeHtml(harmless(truncate(text, length), true));
}
