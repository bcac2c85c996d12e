import { JUPYTER_ENV, RIG } from "./setup.ts";

/** An output as nbformat has it. */
export interface Output {
  readonly output_type: string;
  readonly data?: { readonly [mime: string]: string };
  readonly text?: string;
  readonly ename?: string;
  readonly evalue?: string;
}

/** A message of the kernel's IOPub channel. */
export interface Message {
  readonly type: string;
  /** The index of the cell that was running. */
  readonly cell: number;
  /** Seconds since 1970 at which it arrived. */
  readonly time: number;
  readonly content: { readonly [key: string]: unknown };
}

/** What a notebook did on a real kernel. */
export interface Execution {
  /** The executed notebook, to be written to a file. */
  readonly notebook: Record<string, unknown>;
  /** Outputs by the index of the cell. */
  readonly outputs: readonly (readonly Output[])[];
  readonly messages: readonly Message[];
  /** Whether the kernel died. */
  readonly dead: boolean;
}

/** A signal that the kernel is sent while a cell runs. */
export interface Action {
  readonly cell: number;
  readonly seconds: number;
  readonly signal: "SIGINT" | "SIGKILL";
}

/** How a notebook is executed. */
export interface ExecuteOptions {
  /** @default {the folder notebooks} */
  readonly cwd?: string;
  readonly actions?: readonly Action[];
  readonly env?: Record<string, string>;
  /** Seconds a cell. @default {120} */
  readonly timeout?: number;
}

/** Executes code cells, or a notebook file, on a fresh Deno kernel through nbclient. */
export async function executeNotebook(
  source: readonly string[] | string,
  options: ExecuteOptions = {},
): Promise<Execution> {
  const { cwd = RIG.notebooks, actions = [], env = {}, timeout = 120 } = options;
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
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify({ notebook, cwd, actions, timeout })));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const events = new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "").map(
    (line) => JSON.parse(line),
  );
  const done = events.find((event) => event.kind === "done");
  if (done === undefined) {
    throw new Error(
      `Cannot execute the notebook:\n${new TextDecoder().decode(stderr).slice(-3000)}`,
    );
  }
  return {
    notebook: done.notebook,
    outputs: done.notebook.cells.map((cell: { outputs?: Output[] }) => cell.outputs ?? []),
    messages: events.filter((event) => event.kind === "message"),
    dead: done.dead,
  };
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
