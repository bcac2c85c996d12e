import { JUPYTER_ENV, RIG } from "./rig.ts";

/** An output as nbformat has it. */
export interface Output {
  readonly output_type: string;
  readonly data?: { readonly [mime: string]: string };
  readonly text?: string;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

/** A message of the kernel's IOPub channel. */
export interface Message {
  readonly type: string;
  /** The index of the cell that it belongs to; null when no cell caused it. */
  readonly cell: number | null;
  /** Seconds since 1970 at which it arrived. */
  readonly time: number;
  readonly content: { readonly [key: string]: unknown };
}

/** What became of a cell. */
export interface ExecutedCell {
  readonly outputs: readonly Output[];
  /** What it threw, such as `TypeError: …`. */
  readonly error?: string;
}

/** What a notebook did on a real kernel. */
export interface Execution {
  /** The executed notebook, valid, to be written to a file. */
  readonly notebook: Record<string, unknown>;
  /** Outputs by the index of the cell. */
  readonly outputs: readonly (readonly Output[])[];
  /** The cells of the notebook, those of text too, by their index. */
  readonly cells: readonly ExecutedCell[];
  readonly messages: readonly Message[];
  /** Whether the kernel died. */
  readonly dead: boolean;
  /** The process ids of the kernel, one for each start. */
  readonly kernelPids: readonly number[];
}

/** A signal that the kernel is sent while a cell runs, once. */
export interface Action {
  readonly cell: number;
  /** Seconds from the beginning of the cell, or from when it printed `after`. */
  readonly seconds: number;
  /** SIGINT is sent as the stop button does it, to the kernel and its children. */
  readonly signal: "SIGINT" | "SIGKILL";
  /** Text that the cell prints before the seconds begin, which no slow machine can upset. */
  readonly after?: string;
}

/** How a notebook is executed. */
export interface ExecuteOptions {
  /** @default {the folder notebooks} */
  readonly cwd?: string;
  readonly actions?: readonly Action[];
  readonly env?: Record<string, string>;
  /** Seconds a cell. @default {120} */
  readonly timeout?: number;
  /** Indices of cells, again and in any order, and restarts of the kernel. @default {each once} */
  readonly order?: readonly (number | "restart")[];
  /** Whether a cell that throws is a result, and not an error. @default {true} */
  readonly allowErrors?: boolean;
  /** Called with each message as it arrives. */
  readonly onMessage?: (message: Message) => void;
}

type Event =
  | ({ readonly kind: "message" } & Message)
  | { readonly kind: "kernel"; readonly pid: number }
  | { readonly kind: "cell" | "action" }
  | { readonly kind: "done"; readonly notebook: DoneNotebook; readonly dead: boolean };

interface DoneNotebook extends Record<string, unknown> {
  readonly cells: readonly { readonly outputs?: readonly Output[] }[];
}

/**
 * Executes code cells, or a notebook file, on a fresh Deno kernel through nbclient.
 *
 * @example
 * ```ts
 * const { cells } = await executeNotebook(["const a = 1;", "a + 1"]);
 * cells[1]?.outputs[0]?.data?.["text/plain"]; // "2", in the kernel's colours
 * ```
 *
 * @throws {Error} When the kernel does not start, a cell runs into the time limit, or one throws
 * and `allowErrors` is false.
 */
export async function executeNotebook(
  source: readonly string[] | string,
  options: ExecuteOptions = {},
): Promise<Execution> {
  const { cwd = RIG.notebooks, actions = [], env = {}, timeout = 120, order = null } = options;
  const { allowErrors = true, onMessage } = options;
  const notebook = typeof source === "string"
    ? JSON.parse(await Deno.readTextFile(source))
    : notebookOf(source);
  const child = new Deno.Command(`${RIG.bin}/python`, {
    args: [`${RIG.root}/test/jupyter/driver.py`],
    env: { ...JUPYTER_ENV, ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  const task = JSON.stringify({ notebook, cwd, actions, timeout, order });
  // Left open: when this process dies, the driver sees its end and stops the kernel.
  await writer.write(new TextEncoder().encode(task + "\n"));

  const messages: Message[] = [];
  const kernelPids: number[] = [];
  let done: Extract<Event, { kind: "done" }> | undefined;
  for await (const line of lines(child.stdout)) {
    const event = JSON.parse(line) as Event;
    if (event.kind === "message") {
      const { type, cell, time, content } = event;
      messages.push({ type, cell, time, content });
      onMessage?.({ type, cell, time, content });
    } else if (event.kind === "kernel") kernelPids.push(event.pid);
    else if (event.kind === "done") done = event;
  }
  await child.status;
  await writer.close().catch(() => {});
  if (done === undefined) {
    throw new Error(`Cannot execute the notebook:\n${(await stderr).slice(-3000)}`);
  }
  const cells = done.notebook.cells.map(({ outputs = [] }) => executed(outputs));
  const failed = cells.findIndex(({ error }) => error !== undefined);
  if (!allowErrors && failed >= 0) {
    throw new Error(`Cannot execute cell ${failed}: ${cells[failed]?.error}`);
  }
  const outputs = cells.map((cell) => cell.outputs);
  return { notebook: done.notebook, outputs, cells, messages, dead: done.dead, kernelPids };
}

function executed(outputs: readonly Output[]): ExecutedCell {
  const error = outputs.find((output) => output.output_type === "error");
  return error === undefined ? { outputs } : { outputs, error: `${error.ename}: ${error.evalue}` };
}

async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

/** Code cells as a notebook. */
export function notebookOf(cells: readonly string[]): Record<string, unknown> {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
  };
}
