import { harmless, truncate } from "../../charts/escape.ts";
import { isObject, parseObject } from "../../record/json_object.ts";
import type { SeriesStore } from "../../server/store/store.ts";
import type { CellItem, CellOutput } from "../views.ts";
import { textOf } from "./text_of.ts";

const MAX_CELLS = 300;
const MAX_SOURCE = 20_000;
const MAX_OUTPUTS = 8;
const MAX_TEXT = 8_000;
/** Characters of a picture, as base64. */
const MAX_IMAGE = 400_000;
/** Pictures that a page shows, in characters. */
const MAX_IMAGES = 4_000_000;
const IMAGES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/** What each cell logged, by its execution number. */
export type CellSteps = ReadonlyMap<number, NonNullable<CellItem["logged"]>>;

/** Reads the cells of a notebook that a client uploaded, as far as a page shows them. */
export function cellsOf(
  notebook: string,
  steps: CellSteps,
): { readonly cells: readonly CellItem[]; readonly total: number } {
  const { cells } = parseObject(notebook) ?? {};
  const code = Array.isArray(cells)
    ? cells.filter((cell) => isObject(cell) && cell.cell_type === "code")
    : [];
  const budget = { left: MAX_IMAGES };
  return {
    cells: code.slice(0, MAX_CELLS).map((cell) => cellItem(cell, steps, budget)),
    total: code.length,
  };
}

function cellItem(
  cell: Record<string, unknown>,
  steps: CellSteps,
  budget: { left: number },
): CellItem {
  const { execution_count: count, metadata, outputs } = cell;
  const execution = typeof count === "number" ? count : null;
  const about = isObject(metadata) ? metadata : {};
  const times = isObject(about.execution) ? about.execution : {};
  const started = timeOf(times["iopub.execute_input"]);
  const ended = timeOf(times["iopub.status.idle"]) ?? timeOf(times["shell.execute_reply"]);
  const list = Array.isArray(outputs) ? outputs.filter(isObject) : [];
  const failed = list.some(({ output_type }) => output_type === "error");
  return {
    execution,
    source: bounded(joined(cell.source), MAX_SOURCE),
    status: failed ? "error" : execution === null ? "unknown" : "ok",
    started,
    took: started !== null && ended !== null && ended >= started ? (ended - started) / 1000 : null,
    logged: execution === null ? null : steps.get(execution) ?? null,
    outputs: list.slice(0, MAX_OUTPUTS).flatMap((output) => outputOf(output, budget)),
  };
}

function outputOf(output: Record<string, unknown>, budget: { left: number }): CellOutput[] {
  const text = (text: string, stream: "stdout" | "stderr" = "stdout"): CellOutput[] =>
    text.trim() === "" ? [] : [{ kind: "text", text: bounded(text, MAX_TEXT).trimEnd(), stream }];
  const { output_type, name, data, ename, evalue } = output;
  if (output_type === "stream") {
    return text(joined(output.text), name === "stderr" ? "stderr" : "stdout");
  }
  if (output_type === "error") return text(`${textOf(ename)}: ${textOf(evalue)}`, "stderr");
  if (!isObject(data)) return [];
  for (const mime of IMAGES) {
    const base64 = joined(data[mime]).replace(/\s/g, "");
    if (base64 === "" || base64.length > Math.min(MAX_IMAGE, budget.left)) continue;
    if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) continue;
    budget.left -= base64.length;
    const alt = bounded(joined(data["text/plain"]), 300);
    return [{ kind: "image", source: `data:${mime};base64,${base64}`, alt }];
  }
  // HTML that a stranger wrote is not shown; what stands for it in words is.
  return text(joined(data["text/plain"]) || joined(data["text/markdown"]));
}

/** A notebook has texts whole, or as a list of lines. */
function joined(value: unknown): string {
  return Array.isArray(value)
    ? value.filter((part) => typeof part === "string").join("")
    : textOf(value);
}

// deno-lint-ignore no-control-regex
const COLOURS = /\u001b\[[0-?]*[ -/]*[@-~]/g;

function bounded(text: string, length: number): string {
  return harmless(truncate(text.replace(COLOURS, ""), length));
}

function timeOf(value: unknown): number | null {
  const time = Date.parse(textOf(value));
  return Number.isNaN(time) ? null : time;
}

/** Points beyond this are not read for which cell logged what. */
const MAX_POINTS = 1_000_000;

/** Which steps each cell logged, from the rows themselves: they name their cell. */
export async function readCellSteps(store: SeriesStore, run: number): Promise<CellSteps> {
  const steps = new Map<number, { from: number; to: number; rows: number }>();
  const [info] = await store.find([run], "history", ["_cell"]);
  if (info === undefined || info.count > MAX_POINTS) return steps;
  const { x, values } = await store.points(info.series);
  for (let i = 0; i < values.length; i++) {
    const known = steps.get(values[i]!);
    if (known === undefined) steps.set(values[i]!, { from: x[i]!, to: x[i]!, rows: 1 });
    else {
      known.from = Math.min(known.from, x[i]!);
      known.to = Math.max(known.to, x[i]!);
      known.rows++;
    }
  }
  return steps;
}
