import type { customChart } from "../charts/custom_chart.ts";
import { toFrame } from "../charts/frame.ts";
import type { NamedDrawing } from "../charts/types.ts";
import { readVisualize, tableKeyOf } from "../plots/visualize.ts";
import { isInnerPath } from "../record/file_list.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { parseTableFile } from "../record/table_file.ts";
import type { Follower } from "./follower.ts";

/** Charts in a panel. */
const MAX_CHARTS = 8;
/** A table of ten thousand rows has about one. */
const MAX_BYTES = 16 * 1_048_576;
const SIZE = { width: 380, height: 280 };
/** A panel is sent again several times a second: its drawings must stay small, all together. */
const BUDGET = 120_000;

type Draw = typeof customChart;

interface Drawn {
  /** The definition and the file that it was drawn from. */
  readonly from: string;
  readonly drawing: NamedDrawing | undefined;
}

/** What was drawn for each follower, by key: a panel comes often, and a table seldom changes. */
const drawn = new WeakMap<Follower, Map<string, Drawn>>();

/** The custom charts of a run, each from the table that was logged last. */
export async function customChartViews(follower: Follower): Promise<NamedDrawing[]> {
  const { record, directory } = follower;
  if (record.charts.size === 0) return [];
  const { customChart } = await import("../charts/custom_chart.ts");
  const known = drawn.get(follower) ?? new Map<string, Drawn>();
  drawn.set(follower, known);
  const views: NamedDrawing[] = [];
  let left = BUDGET;
  for (const [key, config] of record.charts) {
    const path = pathOf(record.metrics.get(tableKeyOf(key))?.last);
    if (path === undefined) continue;
    if (views.length >= MAX_CHARTS) break;
    const from = `${path} ${JSON.stringify(config)}`;
    if (known.get(key)?.from !== from) {
      const file = join(directory, RUN_FILES.files, path);
      known.set(key, { from, drawing: drawOne(customChart, { key, config, file }) });
    }
    const drawing = known.get(key)?.drawing;
    if (drawing === undefined || drawing.drawing.svg.length > left) continue;
    left -= drawing.drawing.svg.length;
    views.push(drawing);
  }
  return views;
}

interface ToDraw {
  readonly key: string;
  readonly config: unknown;
  /** Of the table. */
  readonly file: string;
}

/** Undefined for a chart that is not known, or whose table is not what it says. */
function drawOne(draw: Draw, { key, config, file }: ToDraw): NamedDrawing | undefined {
  const definition = readVisualize(config);
  if (definition === undefined) return undefined;
  try {
    if (Deno.statSync(file).size > MAX_BYTES) return undefined;
    const { columns, data } = parseTableFile(Deno.readTextFileSync(file));
    const drawing = draw(toFrame(data, { columns }), definition, SIZE);
    return drawing === undefined ? undefined : { name: key, drawing };
  } catch {
    return undefined;
  }
}

function pathOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("path" in value)) return undefined;
  const { path } = value;
  return typeof path === "string" && isInnerPath(path) ? path : undefined;
}
