import { expect, test, vi } from "vitest";
import { readCells } from "../../src/notebook/cells/cell_file.ts";
import type { CellLine } from "../../src/notebook/cells/cell_lines.ts";
import { ExecutionFeed } from "../../src/notebook/cells/execution_feed.ts";
import type { CellSink } from "../../src/notebook/cells/kernel_cells.ts";
import { startCellsService } from "../../src/worker/cells_service.ts";
import type { RunService } from "../../src/worker/services.ts";
import { tempDir } from "../temp.ts";

/** The service of a run, told by hand what the kernel does. */
function service() {
  const directory = tempDir();
  const ask = vi.fn();
  const sink = startCellsService({
    session: "s",
    cwd: directory,
    run: 0,
    shared: new ExecutionFeed().shared,
    before: [],
    early: null,
    console: false,
  }, {
    directory,
    ask,
    warn() {},
    report() {},
    record: () => {
      throw new Error("No record is asked for");
    },
    show() {},
  }) as RunService & CellSink;
  sink.take({ type: "kernel", time: Date.now(), session: "s" });
  const cells = () =>
    readCells(`${directory}/cells.jsonl`).cells()
      .map(({ execution, end, status }) => `${execution} ${end === undefined ? "open" : status}`);
  return { sink, ask, cells };
}

const start = (execution: number, time: number): CellLine => ({
  type: "start",
  execution,
  time,
  seen: time,
  source: `run(${execution})`,
  hash: String(execution),
});
const end = (execution: number, time: number): CellLine => ({
  type: "end",
  execution,
  status: "ok",
  time,
  consoleLines: 0,
});

test("the cell that finished a run is recorded to its end, and the next one is not", async () => {
  const { sink, cells } = service();
  const now = Date.now();
  sink.take(start(1, now - 20));
  await sink.close();
  sink.take(end(1, Date.now()));
  sink.take(start(2, Date.now() + 1));
  expect(cells()).toEqual(["1 ok"]);
});

test("cells that are heard of after the run was finished are recorded up to the one that did it", async () => {
  const { sink, ask, cells } = service();
  const now = Date.now();
  await sink.close();
  ask.mockClear();
  for (const line of [start(1, now - 30), end(1, now - 20), start(2, now - 10)]) sink.take(line);
  // The run's other services are closed.
  expect(ask).not.toHaveBeenCalled();
  sink.take(end(2, Date.now()));
  sink.take(start(3, Date.now() + 1));
  expect(cells()).toEqual(["1 ok", "2 ok"]);
});

test("a run that was finished between two cells has none of the later ones", async () => {
  const { sink, cells } = service();
  const now = Date.now();
  sink.take(start(1, now - 20));
  sink.take(end(1, now - 10));
  await sink.close();
  sink.take(start(2, Date.now() + 1));
  sink.take(end(2, Date.now() + 2));
  expect(cells()).toEqual(["1 ok"]);
});
