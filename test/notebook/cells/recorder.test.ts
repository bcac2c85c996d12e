import { describe, expect, test } from "vitest";
import type { CellLine } from "../../../src/notebook/cells/cell_lines.ts";
import { CellRecorder, hashSource } from "../../../src/notebook/cells/cell_recorder.ts";
import { ExecutionFeed } from "../../../src/notebook/cells/execution_feed.ts";
import { executionOf } from "../../../src/notebook/cells/execution_of.ts";
import { foldCells } from "../../../src/notebook/cells/recorded_cells.ts";
import { message } from "../kernel/messages.ts";

function record(options: Partial<ConstructorParameters<typeof CellRecorder>[0]> = {}) {
  const lines: CellLine[] = [];
  const recorder = new CellRecorder({
    append: (line) => lines.push(line),
    now: () => 5,
    ...options,
  });
  return {
    lines,
    recorder,
    cells: () => foldCells(lines.map((line) => JSON.parse(JSON.stringify(line)) as CellLine)),
    start: (execution: number, code = "1", parent = `p${execution}`) =>
      recorder.take(message("execute_input", { code, execution_count: execution }, { parent })),
    idle: (execution: number) =>
      recorder.take(
        message("status", { execution_state: "idle" }, { parent: `p${execution}`, time: 2_000 }),
      ),
    send: (execution: number, type: string, content: Record<string, unknown>, more = {}) =>
      recorder.take(message(type, content, { parent: `p${execution}`, ...more })),
  };
}

const text = (value: string, id?: string) => ({
  data: { "text/plain": value },
  metadata: {},
  transient: id === undefined ? {} : { display_id: id },
});

describe("CellRecorder", () => {
  test("records a cell from its start to its end", () => {
    const { lines, start, send, idle } = record();
    start(3, "</script> \ud800");
    send(3, "stream", { name: "stderr", text: "a\nb" });
    send(3, "execute_result", text("7"));
    send(3, "error", { ename: "E", evalue: "v", traceback: ["at x"] });
    idle(3);
    idle(3);
    expect(lines).toEqual([
      { type: "kernel", time: 5 },
      {
        type: "start",
        execution: 3,
        time: 1_000,
        seen: 5,
        source: "</script> \ud800",
        hash: hashSource("</script> \ud800"),
      },
      { type: "output", kind: "stream", execution: 3, name: "stderr", text: "a\n" },
      {
        type: "output",
        kind: "result",
        execution: 3,
        output: 0,
        parts: [{ mime: "text/plain", size: 1, value: "7" }],
      },
      { type: "error", execution: 3, time: 1_000, ename: "E", evalue: "v", traceback: ["at x"] },
      { type: "output", kind: "stream", execution: 3, name: "stderr", text: "b" },
      { type: "end", execution: 3, status: "error", time: 2_000, consoleLines: 2 },
    ]);
  });

  test("keeps an output in its place when it is updated, also by a later cell", () => {
    const { recorder, start, send, idle, cells } = record();
    start(1);
    send(1, "display_data", text("old", "d"));
    send(1, "display_data", text("other"));
    idle(1);
    start(2);
    for (let i = 0; i < 100; i++) send(2, "update_display_data", text(`new ${i}`, "d"));
    send(2, "update_display_data", text("nobody's", "unknown"));
    idle(2);
    recorder.flush();
    expect(cells()[0]!.outputs.map((output) => output.kind === "display" && output.parts[0]!.value))
      .toEqual(["new 99", "other"]);
    expect(cells()[1]!.outputs).toEqual([]);
  });

  test("writes one note for the tracker's own panel, however often it is drawn", () => {
    const { recorder, lines, start, send, idle } = record();
    start(1);
    send(1, "display_data", { ...text("<img>", "own"), metadata: { cellar: { run: "r" } } });
    for (let i = 0; i < 50; i++) send(1, "update_display_data", text("<img>", "own"));
    recorder.flush();
    idle(1);
    expect(lines.filter((line) => line.type === "output")).toEqual([
      { type: "output", kind: "note", execution: 1, output: 0 },
    ]);
  });

  test("bounds what an endless stream of lines writes, and keeps its end", () => {
    const { lines, recorder, start, send, idle, cells } = record();
    start(1);
    for (let i = 0; i < 200_000; i++) {
      send(1, "stream", { name: "stdout", text: `line ${i} of an endless loop\n` });
      if (i % 1_000 === 0) recorder.flush();
    }
    expect(JSON.stringify(lines).length).toBeLessThan(320_000);
    idle(1);
    expect(JSON.stringify(lines).length).toBeLessThan(400_000);
    const outputs = cells()[0]!.outputs;
    expect(outputs.at(-1)).toMatchObject({ skipped: expect.any(Number) });
    expect(JSON.stringify(outputs.at(-1))).toContain("line 199999 of");
    expect(JSON.stringify(outputs[0])).toContain("line 0 of");
    expect(cells()[0]!.consoleLines).toBe(200_000);
  });

  test("counts outputs that are too large, and keeps the small parts of them", () => {
    const { start, send, idle, cells } = record({ maxOutput: 1_000, maxCell: 2_500 });
    start(1);
    const data = { "image/png": "A".repeat(5_000), "text/plain": "an image" };
    send(1, "display_data", { data, metadata: {} });
    send(1, "display_data", { data: { "application/x-unknown": "zzz" }, metadata: {} });
    send(1, "display_data", {}, { skipped: true, size: 50_000_000 });
    for (let i = 0; i < 4; i++) send(1, "display_data", text("x".repeat(900)));
    idle(1);
    const [cell] = cells();
    expect(cell!.unkept).toBe(5);
    expect(cell!.outputs.slice(0, 3)).toMatchObject([
      { parts: [{ mime: "image/png", size: 5_000 }, { mime: "text/plain", value: "an image" }] },
      { parts: [{ mime: "application/x-unknown", size: 3 }] },
      { parts: [{ mime: "application/octet-stream", size: 50_000_000 }] },
    ]);
    expect(JSON.stringify(cell!.outputs).length).toBeLessThan(3_000);
  });

  test("bounds a loop of displays, and a display that is updated without end", () => {
    const { lines, recorder, start, send, idle, cells } = record();
    start(1);
    for (let i = 0; i < 12_000; i++) send(1, "display_data", text(""));
    start(2);
    send(2, "display_data", text("x", "d"));
    for (let i = 0; i < 300; i++) {
      send(2, "update_display_data", text(`${i} ${"x".repeat(100_000)}`, "d"));
      recorder.flush();
    }
    idle(2);
    expect(lines.filter((line) => "execution" in line && line.execution === 1).length)
      .toBe(10_002);
    const size = JSON.stringify(
      lines.filter((line) => "execution" in line && line.execution === 2),
    );
    expect(size.length).toBeLessThan(5_000_000);
    const [output] = cells()[1]!.outputs;
    expect(output?.kind === "display" && String(output.parts[0]!.value).slice(0, 4)).toBe("299 ");
  });

  test("marks what comes after the end of a cell as late", () => {
    const { recorder, start, send, idle, cells } = record();
    start(1);
    idle(1);
    send(1, "stream", { name: "stdout", text: "late\n" });
    recorder.flush();
    expect(cells()[0]!.outputs).toEqual([
      { kind: "stream", name: "stdout", text: "late\n", skipped: 0, late: true },
    ]);
    expect(cells()[0]!.status).toBe("ok");
  });

  test("counts an output that was not kept also when it comes after the end of its cell", () => {
    const { start, send, idle, cells } = record({ maxOutput: 10 });
    start(1);
    send(1, "display_data", text("x".repeat(100)));
    idle(1);
    send(1, "display_data", text("x".repeat(100)));
    send(1, "display_data", text("short"));
    expect(cells()[0]).toMatchObject({ unkept: 2, outputs: { length: 3 } });
  });

  test("knows by the hook that a cell failed of which the kernel says nothing", () => {
    const feed = new ExecutionFeed();
    const { start, idle, cells } = record({ feed });
    start(1);
    idle(1);
    feed.observed = true;
    start(2);
    start(3);
    feed.complete(3);
    // The worker may be behind the user's thread.
    idle(2);
    idle(3);
    expect(cells().map(({ status }) => status)).toEqual(["ok", "error", "ok"]);
    expect([feed.started, feed.failed]).toEqual([3, 2]);
  });

  test("ends a cell whose end was not heard when the next one begins, with what the hook knows", () => {
    const feed = new ExecutionFeed();
    feed.observed = true;
    const { lines, recorder, start, send, idle, cells } = record({ feed });
    start(1);
    send(1, "stream", { name: "stdout", text: "half a " });
    recorder.gap();
    feed.complete(1);
    start(2);
    recorder.gap();
    start(3);
    feed.complete(3);
    idle(3);
    expect(cells().map(({ status, gap }) => [status, gap])).toEqual([
      ["ok", true],
      ["error", true],
      ["ok", false],
    ]);
    expect(cells()[0]!.outputs).toMatchObject([{ text: "half a ", late: false }]);
    // The end of a cell is not after the beginning of the next one.
    expect(lines.filter((line) => line.type === "end").map(({ time }) => time)).toEqual([
      1_000,
      1_000,
      2_000,
    ]);
    // An error that was not heard is no error of the compiler: its rows stay where they are.
    const of = executionOf(cells());
    expect(of({ execution: 2, time: 1_000.5 })?.execution).toBe(2);
  });

  test("says that it does not know how a cell ended where there is no hook", () => {
    const { recorder, start, send, idle, cells } = record();
    start(1);
    recorder.gap();
    start(2);
    recorder.gap();
    send(2, "error", { ename: "E", evalue: "", traceback: [] });
    idle(2);
    start(3);
    recorder.gap();
    idle(3);
    expect(cells().map(({ status }) => status)).toEqual(["unknown", "error", "unknown"]);
  });

  test("ends a cell whose end was not heard when the hook tells, and the end itself is late", () => {
    const feed = new ExecutionFeed();
    feed.observed = true;
    const { recorder, start, idle, cells } = record({ feed });
    const statuses = () => cells().map(({ status, end }) => [status, end]);
    start(1);
    feed.complete(1);
    for (let i = 0; i < 3; i++) recorder.flush();
    // Without a gap its own end is on its way.
    expect(statuses()).toEqual([["unfinished", undefined]]);
    recorder.gap();
    recorder.flush();
    expect(statuses()).toEqual([["unfinished", undefined]]);
    recorder.flush();
    expect(statuses()).toEqual([["ok", 5]]);
    idle(1);
    start(2);
    recorder.gap();
    recorder.flush();
    recorder.flush();
    expect(statuses()).toEqual([["ok", 5], ["unfinished", undefined]]);
  });

  test("ends a cell when the kernel is heard again, and is at another one", () => {
    const { recorder, start, cells } = record();
    start(1);
    recorder.gap();
    recorder.resume("p1");
    expect(cells()[0]!.status).toBe("unfinished");
    recorder.resume("p2");
    expect(cells()[0]).toMatchObject({ status: "unknown", gap: true, end: 5 });
  });

  test("numbers the cell it began in, and those before it when none is missing", () => {
    const before = [{ source: "a", transpiled: true }, { source: "b", transpiled: false }];
    for (const [next, numbers] of [[3, [1, 2, 3]], [6, [undefined, 5, 6]]] as const) {
      const { recorder, start, send, cells } = record();
      recorder.join(before, { parent: "p0" });
      send(0, "stream", { name: "stdout", text: "from b\n" });
      expect(cells()[1]!.execution).toBeUndefined();
      start(next);
      expect(cells().map(({ execution }) => execution)).toEqual(numbers);
      recorder.flush();
      expect(cells()[1]!.outputs).toMatchObject([{ text: "from b\n" }]);
    }
  });

  test("does not let a cell be missing that was seen beginning before it joined", () => {
    const { recorder, start, cells } = record();
    start(2, "b");
    recorder.join([{ source: "a", transpiled: true }, { source: "b", transpiled: true }], {
      parent: "p2",
    });
    expect(cells().map(({ source }) => source).toSorted()).toEqual(["a", "b"]);
  });

  test("passes over messages that make no sense", () => {
    const { recorder, lines, start, send } = record();
    send(1, "execute_input", { code: 5, execution_count: "x" });
    send(1, "execute_input", { execution_count: NaN });
    send(1, "stream", { text: "of nobody" });
    start(1);
    for (const type of ["stream", "display_data", "error", "status", "update_display_data"]) {
      send(1, type, {});
      send(1, type, { text: 5, name: [], data: null, transient: 7, metadata: "x", traceback: {} });
    }
    recorder.close();
    expect(() => foldCells(JSON.parse(JSON.stringify(lines)))).not.toThrow();
    expect(foldCells(lines)).toHaveLength(1);
  });

  test("holds little of 1,000 cells of 10 KB with 100 MB of outputs", () => {
    const { recorder, start, send, idle } = record({ append: () => {} });
    const code = "x".repeat(10_000);
    const held = () => {
      (globalThis as { gc?: () => void }).gc?.();
      return Deno.memoryUsage().heapUsed;
    };
    const before = held();
    for (let i = 1; i <= 1_000; i++) {
      start(i, `${i} ${code}`);
      send(i, "display_data", text(`${i} ${"y".repeat(90_000)}`, `d${i}`));
      send(i, "stream", { name: "stdout", text: `${i} ${"z".repeat(10_000)}\n` });
      idle(i);
    }
    recorder.flush();
    // Without a call to the collector what is garbage counts too, which stays below this.
    expect(held() - before).toBeLessThan(100_000_000);
    // Until here it must not be garbage itself.
    recorder.close();
  });
});
