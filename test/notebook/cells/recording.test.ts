import { describe, expect, test } from "vitest";
import type { CellLine } from "../../../src/notebook/cells/cell_lines.ts";
import { ExecutionFeed } from "../../../src/notebook/cells/execution_feed.ts";
import { foldCells } from "../../../src/notebook/cells/recorded_cells.ts";
import {
  recordCells,
  type Recording,
  type RecordingOptions,
} from "../../../src/notebook/cells/recording.ts";
import type { KernelMessage } from "../../../src/notebook/kernel/message.ts";
import { message, wireBytes, wireParts } from "../kernel/messages.ts";
import { publisher, shake } from "../kernel/publisher.ts";

/** A message of the kernel whose frames announce a byte less than they have. */
function garbled(): Uint8Array {
  const bytes = wireBytes(wireParts("stream", { name: "stdout", text: "x".repeat(1_000) }));
  const content = bytes.lastIndexOf(2);
  new DataView(bytes.buffer).setBigUint64(content + 1, 1_000n);
  return bytes;
}

interface Kernel {
  readonly publish: (execution: number, type: string, content: object) => Promise<void>;
  readonly start: (execution: number) => Promise<void>;
  readonly idle: (execution: number) => Promise<void>;
  /** Bytes that are no message. */
  readonly garble: () => Promise<void>;
  readonly cells: () => unknown[];
  readonly until: (expected: unknown) => Promise<void>;
  readonly warnings: string[];
  readonly feed: ExecutionFeed;
  readonly recording: Recording;
  /** The cell that runs, as the kernel says with its messages. */
  running: number;
}

/** A kernel that publishes what the test says, and the recording of its cells. */
async function kernel(
  options: Partial<RecordingOptions>,
): Promise<Kernel & AsyncDisposable> {
  const peers: Deno.Conn[] = [];
  const { connection, close } = publisher(async (conn) => {
    await shake(conn);
    peers.push(conn);
  });
  const publish = async (execution: number, type: string, content: object) => {
    const parts = wireParts(type, content, { parent: `request ${execution}` });
    await peers.at(-1)!.write(Uint8Array.from(wireBytes(parts)));
  };
  const lines: CellLine[] = [];
  const warnings: string[] = [];
  const feed = new ExecutionFeed();
  feed.observed = true;
  const state = { running: 1 };
  const recording = (await recordCells({
    connection,
    feed,
    flushEvery: 10,
    append: (line) => lines.push(line),
    onWarning: (warning) => warnings.push(warning),
    probe(id) {
      const content = { data: {}, transient: { display_id: id } };
      if (peers.length === 0) return;
      void publish(state.running, "update_display_data", content).catch(() => {});
    },
    ...options,
  }))!;
  const cells = () =>
    foldCells(lines).map(({ execution, status, gap }) => [execution, status, gap]);
  return Object.assign(state, {
    publish,
    start: (execution: number) =>
      publish(execution, "execute_input", {
        code: `cell ${execution}`,
        execution_count: execution,
      }),
    idle: (execution: number) => publish(execution, "status", { execution_state: "idle" }),
    async garble() {
      const before = peers.length;
      await peers.at(-1)!.write(Uint8Array.from(garbled()));
      for (let i = 0; i < 400 && peers.length === before; i++) await delay(10);
    },
    cells,
    async until(expected: unknown) {
      for (let i = 0; i < 400 && !isSame(cells(), expected); i++) await delay(10);
      expect(cells()).toEqual(expected);
    },
    warnings,
    feed,
    recording,
    async [Symbol.asyncDispose]() {
      await recording.close();
      close();
    },
  });
}

describe("recordCells()", () => {
  test("ends the cell in which the kernel's messages broke, and records the next one", async () => {
    await using k = await kernel({});
    k.recording.join([{ source: "cell 1", transpiled: false }]);
    await k.recording.ready;
    k.feed.complete(1);
    await k.idle(1);
    k.running = 2;
    await k.start(2);
    await k.until([[1, "ok", false], [2, "unfinished", false]]);
    await k.garble();
    // It is known by the hook alone that the cell has ended.
    k.feed.complete(2);
    await k.until([[1, "ok", false], [2, "ok", true]]);
    k.running = 3;
    await k.start(3);
    k.feed.complete(3);
    await k.idle(3);
    await k.until([[1, "ok", false], [2, "ok", true], [3, "ok", false]]);
    expect(k.warnings.at(-1)).toBe(
      "The connection to the kernel broke: what its cells did meanwhile is not recorded",
    );
  });

  const heard = (execution: number): KernelMessage[] => [
    message("execute_input", { code: `cell ${execution}`, execution_count: execution }, {
      parent: `request ${execution}`,
    }),
    message("status", { execution_state: "idle" }, { parent: `request ${execution}` }),
  ];

  test("waits for what the user's thread heard before, also while a cell keeps that busy", async () => {
    await using k = await kernel({ patience: 20 });
    k.running = 3;
    k.recording.join([{ source: "cell 1", transpiled: false }], { parent: "request 1", time: 1 });
    await k.recording.ready;
    await k.publish(3, "stream", { name: "stdout", text: "training\n" });
    await delay(200);
    expect(k.cells()).toEqual([[undefined, "unfinished", false]]);
    for (const execution of [1, 2]) k.feed.complete(execution);
    const [idle] = heard(1).slice(1);
    k.recording.takeEarly([idle!, ...heard(2), ...heard(3).slice(0, 1)]);
    await k.until([[1, "ok", false], [2, "ok", false], [3, "unfinished", false]]);
  });

  test("goes on without what the user's thread heard when a next cell begins and it is silent", async () => {
    await using k = await kernel({ patience: 20 });
    k.running = 3;
    k.recording.join([{ source: "cell 1", transpiled: false }], { parent: "request 1", time: 1 });
    await k.recording.ready;
    // It has said before it fell silent which cell the recording began in.
    k.feed.joined = 1;
    k.feed.complete(1);
    await k.start(4);
    await k.until([[1, "ok", true], [4, "unfinished", false]]);
  });
});

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
