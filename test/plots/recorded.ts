import { JUPYTER_DISPLAY } from "../../src/media/show.ts";
import { RECORD } from "../../src/record/recordable.ts";
import type { CustomChart } from "../../src/plots/custom_chart.ts";
import type { Table } from "../../src/media/table/table.ts";
import type { RunLine } from "../../src/record/lines.ts";

/** What a chart records when it is logged under a key. */
export function recorded(chart: CustomChart, key = "plots/key") {
  const others = new Map<string, unknown>();
  const lines: RunLine[] = [];
  chart[RECORD]({
    key,
    fileKey: key,
    step: 0,
    also: (name, value) => others.set(name, value),
    line: (line) => lines.push(line),
    later: () => null,
  });
  const table = others.get(`${key}_table`) as Table;
  const data = Array.from(
    { length: table.length },
    (_, row) => table.columns.map((_name, column) => table.at(row, column)),
  );
  const [line] = lines;
  if (line?.type !== "visualize") throw new Error("the chart is not defined");
  return { columns: table.columns, data, key: line.key, config: line.config };
}

/** What a chart shows at the end of a cell, by MIME type. */
export async function shown(chart: CustomChart): Promise<Record<string, string>> {
  return await chart[JUPYTER_DISPLAY]();
}
