import { cellText } from "../../charts/cell_text.ts";
import { customChart } from "../../charts/custom_chart.ts";
import { toFrame } from "../../charts/frame.ts";
import { histogram } from "../../charts/histogram.ts";
import { mediaWords } from "../../charts/media_words.ts";
import type { Drawing } from "../../charts/types.ts";
import { readVisualize, tableKeyOf } from "../../plots/visualize.ts";
import { isObject } from "../../record/json_object.ts";
import { parseTableFile, type TableFile } from "../../record/table_file.ts";
import type { FileRecord, StoredRun } from "../../server/store/store.ts";
import type { DashboardContext } from "../context.ts";
import type {
  ImageSize,
  MediaFile,
  MediaItem,
  MediaList,
  MediaTable,
  PlotPicture,
} from "../views.ts";
import { drawnTables } from "./drawn.ts";
import { readMarks } from "./image_marks.ts";
import { mediaAtStep } from "./media_steps.ts";
import { binsOf, filesOf, type MediaValue } from "./media_values.ts";
import { plotPicture } from "./plot_picture.ts";
import { withPointPictures } from "./point_picture.ts";
import { CHART_SIZE } from "./run_charts.ts";
import { internalConfig } from "./run_item.ts";

const MAX_ITEMS = 40;
const MAX_FILES = 12;
const MAX_ROWS = 8;
const MAX_COLUMNS = 12;
/** A table of ten thousand rows has about one. */
const MAX_TABLE = 2_000_000;
const MAX_TEXT = 2_000;
const MAX_PLOT = 600_000;
const CUSTOM_SIZE = { width: CHART_SIZE.width, height: 280 };

/**
 * The images, tables and the like that a run logged, and its custom charts.
 *
 * @param step What is shown is the last of each up to it; null for the last of all.
 */
export async function readMedia(
  context: DashboardContext,
  run: StoredRun,
  step: number | null,
): Promise<MediaList> {
  const found = await mediaAtStep(context.store, run, step);
  const values = new Map(found.values);
  const charts: MediaItem[] = [];
  const { visualize } = internalConfig(run);
  for (const [key, config] of isObject(visualize) ? Object.entries(visualize) : []) {
    if (charts.length >= MAX_ITEMS) break;
    const drawing = await drawTable(context, run, values.get(tableKeyOf(key)), config);
    if (drawing === null) continue;
    charts.push({ key, words: "", drawing });
    // The chart shows what is in it.
    values.delete(tableKeyOf(key));
  }
  const items: MediaItem[] = [];
  let more = 0;
  for (const [key, value] of values) {
    if (items.length >= MAX_ITEMS) {
      more++;
      continue;
    }
    items.push(await readItem(context, run, key, value));
  }
  // A chart of Plot shows what is in its table, too.
  const tables = new Set(
    items.flatMap(({ key, plot }) => plot === undefined ? [] : [tableKeyOf(key)]),
  );
  return {
    items: [...charts, ...items.filter(({ key }) => !tables.has(key))],
    more,
    steps: found.steps,
  };
}

/** The step whose media an address asks for; null for the last ones. */
export function mediaStepOf(url: URL): number | null {
  const text = url.searchParams.get("step");
  const step = Number(text);
  return text === null || text === "" || !Number.isFinite(step) ? null : step;
}

async function readItem(
  context: DashboardContext,
  run: StoredRun,
  key: string,
  value: MediaValue | string,
): Promise<MediaItem> {
  if (typeof value === "string") return { key, words: "", text: value.slice(0, MAX_TEXT) };
  const words = mediaWords(value) ?? "";
  const bins = binsOf(value);
  if (bins !== null) {
    return { key, words, drawing: histogram(bins.counts, bins.edges, CUSTOM_SIZE) };
  }
  const table = isTable(value) ? await readTable(context, run, value) : null;
  if (table !== null) return { key, words, table };
  const files = filesOf(value);
  const shown = files.slice(0, MAX_FILES);
  const [page] = value._type === "html-file" ? shown : [];
  const plot = page === undefined ? null : await readPlot(context, run, page.path);
  if (plot !== null) return { key, words: "", plot };
  const size = sizeOf(value);
  const { marks, classes } = size === undefined
    ? { marks: [], classes: [] }
    : await readMarks(context, run, { key, value, size, count: shown.length });
  const found = (await Promise.all(shown.map(async (file, i): Promise<MediaFile | null> => {
    const found = await findFile(context, run, file);
    return found && marks[i] !== undefined ? { ...found, marks: marks[i] } : found;
  }))).filter((file) => file !== null);
  if (page !== undefined && found[0] !== undefined) return { key, words, page: found[0] };
  return {
    key,
    words,
    files: await withPointPictures(context, run, found),
    ...(size === undefined ? {} : { size }),
    classes,
    moreFiles: Math.max(0, files.length - MAX_FILES),
  };
}

/** The size of the images of a medium, where they have one. */
function sizeOf({ width, height }: MediaValue): ImageSize | undefined {
  return typeof width === "number" && typeof height === "number" && width > 0 && height > 0
    ? { width, height }
    : undefined;
}

/** Null for HTML that is no chart of Plot. */
async function readPlot(
  { store, readFile }: DashboardContext,
  run: StoredRun,
  path: string,
): Promise<PlotPicture | null> {
  const file = await store.files.find(run.key, path);
  if (file === undefined || file.size > MAX_PLOT) return null;
  const bytes = await readFile(file, MAX_PLOT);
  return bytes === null ? null : plotPicture(new TextDecoder().decode(bytes));
}

/** Null for a file that has not arrived. */
async function findFile(
  { store, fileUrl }: DashboardContext,
  run: StoredRun,
  { path, caption }: { readonly path: string; readonly caption: string },
): Promise<MediaFile | null> {
  const file = await store.files.find(run.key, path);
  return file === undefined ? null : { path, caption, href: fileUrl(run, file) };
}

function isTable({ _type: type }: MediaValue): boolean {
  return type === "table-file" || type === "incremental-table-file";
}

async function readTable(
  context: DashboardContext,
  run: StoredRun,
  value: MediaValue,
): Promise<MediaTable | null> {
  const file = await tableFile(context, run, value);
  const table = file && await parseFile(context, file);
  if (!file || !table) return null;
  const columns = table.columns.slice(0, MAX_COLUMNS);
  const turns = columns[0] === "role" && columns[1] === "content";
  const rows = await Promise.all(
    table.data.slice(0, MAX_ROWS).map((row) =>
      Promise.all(columns.map(async (_name, i) => {
        const cell = row[i];
        const [medium] = isObject(cell) ? filesOf(cell) : [];
        const found = medium && await findFile(context, run, medium);
        if (turns && typeof cell === "string") return cell.slice(0, MAX_TEXT);
        return found ?? (typeof cell === "number" ? cell : cellText(cell));
      }))
    ),
  );
  return {
    columns,
    rows,
    turns,
    moreColumns: table.columns.length - columns.length,
    moreRows: table.data.length - rows.length,
    href: context.fileUrl(run, file),
  };
}

/** Null for a chart that is not known, or whose table is not there, too large or not as it says. */
async function drawTable(
  context: DashboardContext,
  run: StoredRun,
  value: MediaValue | string | undefined,
  config: unknown,
): Promise<Drawing | null> {
  const definition = readVisualize(config);
  if (definition === undefined || typeof value !== "object" || !isTable(value)) return null;
  const file = await tableFile(context, run, value);
  if (file === undefined) return null;
  const cache = drawnTables(context.store);
  const name = JSON.stringify([file.sha256, definition]);
  const known = cache.get(name);
  if (known !== undefined) return known;
  const table = await parseFile(context, file);
  if (table === null) return null;
  let drawing: Drawing | null;
  try {
    const frame = toFrame(table.data, { columns: table.columns });
    drawing = customChart(frame, definition, CUSTOM_SIZE) ?? null;
  } catch {
    // It lacks a column that the chart shows.
    drawing = null;
  }
  cache.set(name, drawing);
  return drawing;
}

async function tableFile(
  { store }: DashboardContext,
  run: StoredRun,
  { path }: MediaValue,
): Promise<FileRecord | undefined> {
  return typeof path === "string" ? await store.files.find(run.key, path) : undefined;
}

async function parseFile(
  { readFile }: DashboardContext,
  file: FileRecord,
): Promise<TableFile | null> {
  if (file.size > MAX_TABLE) return null;
  const bytes = await readFile(file, MAX_TABLE);
  if (bytes === null) return null;
  try {
    return parseTableFile(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
