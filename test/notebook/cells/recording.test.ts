import { expect, test } from "vitest";
import type { CellLine } from "../../../src/notebook/cells/cell_lines.ts";
import { ExecutionFeed } from "../../../src/notebook/cells/execution_feed.ts";
import { foldCells } from "../../../src/notebook/cells/recorded_cells.ts";
import { recordCells } from "../../../src/notebook/cells/recording.ts";
import { wireBytes, wireParts } from "../kernel/messages.ts";
import { publisher, shake } from "../kernel/publisher.ts";

/** A message of the kernel whose frames announce a byte less than they have. */
function garbled(): Uint8Array {
  const bytes = wireBytes(wireParts("stream", { name: "stdout", text: "x".repeat(1_000) }));
  const content = bytes.lastIndexOf(2);
  new DataView(bytes.buffer).setBigUint64(content + 1, 1_000n);
  return bytes;
}

test("recordCells() ends the cell in which the kernel's messages broke, and records the next one", async () => {
  const peers: Deno.Conn[] = [];
  const { connection, close } = publisher(async (conn) => {
    await shake(conn);
    peers.push(conn);
  });
  const publish = async (execution: number, type: string, content: Record<string, unknown>) => {
    const parts = wireParts(type, content, { parent: `request ${execution}` });
    await peers.at(-1)!.write(Uint8Array.from(wireBytes(parts)));
  };
  const start = (execution: number) =>
    publish(execution, "execute_input", { code: `cell ${execution}`, execution_count: execution });
  const idle = (execution: number) => publish(execution, "status", { execution_state: "idle" });

  const lines: CellLine[] = [];
  const warnings: string[] = [];
  const feed = new ExecutionFeed();
  feed.observed = true;
  let running = 1;
  const recording = await recordCells({
    connection,
    feed,
    flushEvery: 10,
    append: (line) => lines.push(line),
    onWarning: (warning) => warnings.push(warning),
    probe(id) {
      const content = { data: {}, transient: { display_id: id } };
      if (peers.length > 0) void publish(running, "update_display_data", content).catch(() => {});
    },
  });
  const cells = () =>
    foldCells(lines).map(({ execution, status, gap }) => [execution, status, gap]);
  const until = async (expected: unknown) => {
    for (let i = 0; i < 400 && !isSame(cells(), expected); i++) await delay(10);
    expect(cells()).toEqual(expected);
  };

  recording!.join([{ source: "cell 1", transpiled: false }]);
  await recording!.ready;
  feed.complete(1);
  await idle(1);
  running = 2;
  await start(2);
  await until([[1, "ok", false], [2, "unfinished", false]]);
  const before = peers.length;
  await peers.at(-1)!.write(Uint8Array.from(garbled()));
  // What follows is read as a frame's head, and is none: its end is lost with the connection.
  await idle(2);
  for (let i = 0; i < 400 && peers.length === before; i++) await delay(10);
  // It is known by the hook alone that the cell has ended.
  feed.complete(2);
  await until([[1, "ok", false], [2, "ok", true]]);
  running = 3;
  await start(3);
  feed.complete(3);
  await idle(3);
  await until([[1, "ok", false], [2, "ok", true], [3, "ok", false]]);
  expect(warnings.at(-1)).toBe(
    "The connection to the kernel broke: what its cells did meanwhile is not recorded",
  );
  await recording!.close();
  close();
});

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
