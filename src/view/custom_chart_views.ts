import { toFrame } from "../charts/frame.ts";
import type { Drawing, NamedDrawing } from "../charts/types.ts";
import { readVisualize, tableKeyOf } from "../plots/visualize.ts";
import { isInnerPath } from "../record/file_list.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { parseTableFile } from "../record/table_file.ts";
import type { Follower } from "./follower.ts";

/** Charts in a panel. */
const MAX_CHARTS = 8;
/** A table of ten thousand rows has about one. */
const MAX_BYTES = 16 * 1_048_576;
/** The widest picture that was drawn already; Plot's own is 640. */
const PICTURE_WIDTH = 560;
const SIZE = { width: 330, height: 240 };
/** A panel is sent again several times a second: its drawings must stay small, all together. */
const BUDGET = 120_000;
const PLOT = new RegExp(
  '^<div>[^]*<img alt="([^"<>]*)" width="([1-9]\\d{0,4})" height="([1-9]\\d{0,4})" [^<>]*' +
    'src="data:image/svg\\+xml;base64,([\\w+/=]+)">[^]*</div>$',
);
const CHARACTERS: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
};

/** Something that a chart can be drawn from. */
interface Source {
  readonly key: string;
  /** The file that it is read from. */
  readonly path: string;
  /** How W&B's server shows its table; undefined for a chart of Plot, which is drawn already. */
  readonly config?: unknown;
}

interface Drawn {
  readonly from: string;
  readonly drawing: Drawing | undefined;
}

/** What was drawn for each follower, by key: a panel comes often, and a table seldom changes. */
const drawn = new WeakMap<Follower, Map<string, Drawn>>();

/** The custom charts of a run, each as it was logged last. */
export async function customChartViews(follower: Follower): Promise<NamedDrawing[]> {
  const known = drawn.get(follower) ?? new Map<string, Drawn>();
  drawn.set(follower, known);
  const views: NamedDrawing[] = [];
  let left = BUDGET;
  for (const source of sourcesOf(follower)) {
    if (views.length >= MAX_CHARTS) break;
    const { key } = source;
    const from = JSON.stringify(source);
    if (known.get(key)?.from !== from) {
      const file = join(follower.directory, RUN_FILES.files, source.path);
      known.set(key, { from, drawing: await drawingOf(source, file) });
    }
    const drawing = known.get(key)?.drawing;
    if (drawing === undefined || drawing.svg.length > left) continue;
    left -= drawing.svg.length;
    views.push({ name: key, drawing });
  }
  return views;
}

function* sourcesOf({ record }: Follower): Generator<Source> {
  for (const [key, config] of record.charts) {
    const path = pathOf(record.metrics.get(tableKeyOf(key))?.last, "table-file");
    if (path !== undefined) yield { key, path, config };
  }
  for (const { name, last, definition } of record.metrics) {
    const path = definition?.hidden === true ? undefined : pathOf(last, "html-file");
    if (path !== undefined) yield { key: name, path };
  }
}

/** Undefined for a chart that is not known, or whose file is not what it says. */
async function drawingOf({ config, path }: Source, file: string): Promise<Drawing | undefined> {
  const definition = config === undefined ? undefined : readVisualize(config);
  if (config !== undefined && definition === undefined) return undefined;
  try {
    if (Deno.statSync(file).size > (definition === undefined ? BUDGET * 2 : MAX_BYTES)) {
      return undefined;
    }
    const text = Deno.readTextFileSync(file);
    if (definition === undefined) return path.endsWith(".html") ? readPlot(text) : undefined;
    const { columns, data } = parseTableFile(text);
    const { customChart } = await import("../charts/custom_chart.ts");
    return customChart(toFrame(data, { columns }), definition, SIZE);
  } catch {
    return undefined;
  }
}

/** The image in what `plot.observable` records; other HTML is not taken apart. */
function readPlot(html: string): Drawing | undefined {
  const [, alt, width, height, data] = PLOT.exec(html) ?? [];
  if (alt === undefined || data === undefined) return undefined;
  // Its letters become smaller with it.
  const shown = Math.min(Math.max(SIZE.width, Number(width)), PICTURE_WIDTH);
  const scale = shown / Number(width);
  return {
    svg: new TextDecoder().decode(Uint8Array.fromBase64(data)),
    alt: alt.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => CHARACTERS[name] ?? ""),
    width: shown,
    height: Math.round(Number(height) * scale),
  };
}

function pathOf(value: unknown, type: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { _type, path } = value as { readonly _type?: unknown; readonly path?: unknown };
  if (_type !== type) return undefined;
  return typeof path === "string" && isInnerPath(path) ? path : undefined;
}
