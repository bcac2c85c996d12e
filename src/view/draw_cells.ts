import type { CellRows } from "../cells/cell_rows.ts";
import type { CardOutput } from "../charts/cell_card.ts";
import type { CellRow } from "../charts/cell_table.ts";
import { type CellReport, readCellReports } from "../cells/read_cells.ts";
import type { MediaView } from "../charts/types.ts";
import type { RecordedOutput } from "../notebook/cells/recorded_cells.ts";
import type { Drawn } from "../run/companion.ts";
import { mediaBudget, mediaView } from "./media_views.ts";
import { Thumbnails } from "./thumbnails.ts";

/** Points of a chart of one cell. */
const CARD_BUCKETS = 512;
/** Media that are shown of one cell. */
const CARD_MEDIA = 12;

/** The table of a run's cells. */
export async function drawCells(directory: string): Promise<Drawn> {
  const { cellTable, cellTableText } = await import("../charts/cell_table.ts");
  const { stateInWords } = await import("../charts/notebook_state.ts");
  const { cells, state } = readCellReports(directory);
  const rows = cells.map(rowOf);
  const words = stateInWords(state);
  return { html: cellTable(rows, words), text: cellTableText(rows, words) };
}

/** One cell, by its execution number. */
export async function drawCell(directory: string, execution: number): Promise<Drawn> {
  const { cellTableText } = await import("../charts/cell_table.ts");
  const { cellCard } = await import("../charts/cell_card.ts");
  const options = { buckets: CARD_BUCKETS, only: execution };
  const { cells } = readCellReports(directory, options);
  const report = execution < 0
    ? cells.at(execution)
    : cells.findLast(({ cell }) => cell.execution === execution);
  if (report === undefined) {
    const text = `There is no cell ${execution} on the record`;
    return { html: `<div style="opacity:.7">${text}</div>`, text };
  }
  const { summary, cell } = report;
  const metrics = Array.from(
    report.rows?.metrics ?? [],
    ([name, { series }]) => ({ name, view: series.view() }),
  );
  const html = cellCard({
    summary,
    metrics,
    ...await mediaOf(directory, report.rows),
    outputs: joinTexts(cell.outputs.map(outputOf)),
    traceback: cell.error?.traceback ?? [],
  });
  const text = cellTableText([rowOf(report)], { line: "", items: [] });
  return { html, text: `${text}\n\n${summary.source}` };
}

/** The last medium of each name that a cell logged. */
async function mediaOf(
  directory: string,
  rows: CellRows | undefined,
): Promise<{ media: MediaView[]; moreMedia: number }> {
  const all = [...rows?.lastMedia ?? []];
  const source = { directory, thumbnails: new Thumbnails(directory) };
  const budget = mediaBudget();
  const media: MediaView[] = [];
  for (const [name, medium] of all.slice(0, CARD_MEDIA)) {
    media.push(await mediaView({ name, ...medium }, source, budget));
  }
  return { media, moreMedia: all.length - media.length };
}

function rowOf({ summary, rows }: CellReport): CellRow {
  return { summary, view: (name) => rows?.metrics.get(name)?.series.view() };
}

/** What was printed in pieces is one text. */
function joinTexts(outputs: readonly CardOutput[]): CardOutput[] {
  const joined: CardOutput[] = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (output.kind === "text" && last?.kind === "text" && last.stream === output.stream) {
      joined[joined.length - 1] = { ...last, text: last.text + output.text };
    } else joined.push(output);
  }
  return joined;
}

function outputOf(output: RecordedOutput): CardOutput {
  switch (output.kind) {
    case "note":
      return { kind: "note" };
    case "stream":
      return { kind: "text", stream: output.name, text: output.text };
    default:
      return { kind: "data", parts: output.parts };
  }
}
