import { openRun, type Row } from "../../src/run/recorded_run.ts";
import { Run } from "../../src/run/run.ts";
import { makeRunDirectory } from "../../src/run/run_directory.ts";
import { readFileList } from "../record/read_file_list.ts";
import { startLine } from "../run/start_line.ts";
import { tempDir } from "../temp.ts";

let count = 0;

/** A run that makes its media on this thread, and what became of it. */
export interface Recording {
  readonly run: Run;
  readonly directory: string;
  /** What the user was told. */
  readonly said: string[];
  /** Ends the run; gives its rows without their times. */
  rows(): Promise<Row[]>;
  /** Ends the run; gives a value of its first row. */
  value(key: string): Promise<Value>;
  /** A file of the run, as bytes. */
  bytes(path: unknown): Uint8Array<ArrayBuffer>;
  /** A file of the run, as text. */
  text(path: unknown): string;
}

/** A recorded value. */
// deno-lint-ignore no-explicit-any -- tests look into it as deep as they like
export type Value = any;

export function record(directory: string = newDirectory()): Recording {
  const said: string[] = [];
  const run = new Run({
    start: startLine(`media${count++}`),
    config: {},
    directory,
    strictNames: false,
    say: (message) => said.push(message),
  });
  const rows = async () => {
    await run.finish();
    return Array.from(openRun(directory).rows(), ({ _timestamp, _runtime, ...row }) => row);
  };
  const bytes = (path: unknown) => {
    const file = readFileList(directory).get(String(path));
    if (file === undefined) throw new Error(`${path} is not in the list of files`);
    return Deno.readFileSync(`${directory}/files/${path}`);
  };
  return {
    run,
    directory,
    said,
    rows,
    value: async (key) => (await rows())[0]![key],
    bytes,
    text: (path) => new TextDecoder().decode(bytes(path)),
  };
}

function newDirectory(): string {
  return makeRunDirectory(tempDir(), `media${count}`, new Date());
}

/** Logs one value, and gives what is recorded of it. */
export async function recorded(value: unknown, key = "x"): Promise<Recording & { value: Value }> {
  const recording = record();
  recording.run.log({ [key]: value });
  return { ...recording, value: await recording.value(key) };
}
