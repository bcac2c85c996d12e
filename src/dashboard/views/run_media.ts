import { cellText } from "../../charts/cell_text.ts";
import { customChart } from "../../charts/custom_chart.ts";
import { toFrame } from "../../charts/frame.ts";
import { histogram } from "../../charts/histogram.ts";
import { mediaWords } from "../../charts/media_words.ts";
import type { Drawing } from "../../charts/types.ts";
import { readVisualize, tableKeyOf } from "../../plots/visualize.ts";
import { parseTableFile, type TableFile } from "../../record/table_file.ts";
import type { FileRecord, StoredRun } from "../../server/store/store.ts";
import type { DashboardContext } from "../context.ts";
import type { MediaFile, MediaItem, MediaList, MediaTable } from "../views.ts";
import { drawnTables } from "./drawn.ts";
import { binsOf, filesOf, type MediaValue, mediaValues } from "./media_values.ts";
import { isObject, parseObject } from "./parse_json.ts";
import { CHART_SIZE } from "./run_charts.ts";
import { internalConfig } from "./run_item.ts";

const MAX_ITEMS = 40;
const MAX_FILES = 12;
const MAX_ROWS = 8;
const MAX_COLUMNS = 12;
/** A table of ten thousand rows has about one. */
const MAX_TABLE = 2_000_000;
const MAX_TEXT = 2_000;
/** Images this wide are enlarged. */
const SMALL = 64;
const CUSTOM_SIZE = { width: CHART_SIZE.width, height: 280 };

/** The images, tables and the like that a run logged last, and its custom charts. */
export async function readMedia(context: DashboardContext, run: StoredRun): Promise<MediaList> {
  const values = new Map(mediaValues(parseObject(run.summary)));
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
  const all = [...values];
  const items = [...charts];
  for (const [key, value] of all.slice(0, MAX_ITEMS)) {
    items.push(await readItem(context, run, key, value));
  }
  return { items, more: Math.max(0, all.length - MAX_ITEMS) };
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
    return { key, words, drawing: histogram(bins.counts, bins.edges, CHART_SIZE) };
  }
  const table = isTable(value) ? await readTable(context, run, value) : null;
  if (table !== null) return { key, words, table };
  const files = filesOf(value);
  const shown = await Promise.all(
    files.slice(0, MAX_FILES).map((file) => findFile(context, run, file)),
  );
  return {
    key,
    words,
    small: Number(value.width) <= SMALL,
    files: shown.filter((file) => file !== null),
    moreFiles: Math.max(0, files.length - MAX_FILES),
  };
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
  const rows = await Promise.all(
    table.data.slice(0, MAX_ROWS).map((row) =>
      Promise.all(columns.map(async (_name, i) => {
        const cell = row[i];
        const [medium] = isObject(cell) ? filesOf(cell) : [];
        const found = medium && await findFile(context, run, medium);
        return found ?? (typeof cell === "number" ? cell : cellText(cell));
      }))
    ),
  );
  return {
    columns,
    rows,
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
