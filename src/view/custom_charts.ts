import { customChart } from "../charts/custom_chart.ts";
import { toFrame } from "../charts/frame.ts";
import type { NamedDrawing } from "../charts/types.ts";
import { readVisualize, tableKeyOf } from "../plots/visualize.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import type { Follower } from "./follower.ts";

/** Charts in a panel. */
const MAX_CHARTS = 8;
/** A table of ten thousand rows has about one. */
const MAX_BYTES = 16 * 1_048_576;
const SIZE = { width: 380, height: 280 };

interface Drawn {
  /** The definition and the file that it was drawn from. */
  readonly from: string;
  readonly drawing: NamedDrawing | undefined;
}

/** What was drawn for each follower, by key: a panel comes often, and a table seldom changes. */
const drawn = new WeakMap<Follower, Map<string, Drawn>>();

/** The custom charts of a run, each from the table that was logged last. */
export function drawCustomCharts(follower: Follower): NamedDrawing[] {
  const { record, directory } = follower;
  const known = drawn.get(follower) ?? new Map<string, Drawn>();
  drawn.set(follower, known);
  for (const [key, config] of [...record.charts].slice(0, MAX_CHARTS)) {
    const path = pathOf(record.metrics.get(tableKeyOf(key))?.last);
    if (path === undefined) continue;
    const from = `${path} ${JSON.stringify(config)}`;
    if (known.get(key)?.from === from) continue;
    known.set(key, { from, drawing: drawOne(key, config, join(directory, RUN_FILES.files, path)) });
  }
  return Array.from(known.values(), ({ drawing }) => drawing).filter((one) => one !== undefined);
}

/** Undefined for a chart that is not known, or whose table is not what it says. */
function drawOne(key: string, config: unknown, path: string): NamedDrawing | undefined {
  const definition = readVisualize(config);
  if (definition === undefined) return undefined;
  try {
    if (Deno.statSync(path).size > MAX_BYTES) return undefined;
    const { columns, data } = readTable(Deno.readTextFileSync(path));
    const drawing = customChart(toFrame(data, { columns }), definition, SIZE);
    return drawing === undefined ? undefined : { name: key, drawing };
  } catch {
    return undefined;
  }
}

/** A file of a table, which may hold NaN and the infinities as bare words. */
function readTable(text: string): { columns: string[]; data: unknown[][] } {
  const quoted = text.replace(
    /"(?:[^"\\]|\\.)*"|NaN|-?Infinity/g,
    (token) => token.startsWith('"') ? token : `"${token}"`,
  );
  return JSON.parse(quoted);
}

function pathOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("path" in value)) return undefined;
  const { path } = value;
  // Whoever wrote the record must not make this read any other file.
  return typeof path === "string" && !path.split(/[/\\]/).includes("..") ? path : undefined;
}
