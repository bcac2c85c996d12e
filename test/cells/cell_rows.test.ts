import { expect, test } from "vitest";
import { rowsByCell } from "../../src/cells/cell_rows.ts";
import { RecordedCells } from "../../src/notebook/cells/recorded_cells.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();

test("rowsByCell() counts a medium once, when it is made, and histograms apart", () => {
  const head = `"_step":0,"_timestamp":10,"_runtime":1,"_cell":4`;
  Deno.writeTextFileSync(
    `${dir}/history.jsonl`,
    `{${head},"image":{"_type":"pending","id":"a-1"},"w":{"_type":"histogram","values":[1],"bins":[0,1]}}\n` +
      `{${head},"image":{"_type":"image-file","path":"media/images/a.png"}}\n`,
  );
  const record = new RecordedCells();
  record.push({ type: "kernel", session: "s", time: 0 } as never);
  record.push({ type: "start", execution: 4, time: 9_000, source: "log()", hash: "" } as never);
  const [rows] = rowsByCell(dir, record.cells(), { buckets: 64 }).values();
  expect([rows?.media, rows?.histograms, rows?.rows]).toEqual([1, 1, 1]);
  expect([...rows!.lastMedia]).toEqual([
    ["image", { step: 0, value: { _type: "image-file", path: "media/images/a.png" } }],
  ]);
});
