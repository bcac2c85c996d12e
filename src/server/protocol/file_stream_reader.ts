import { JsonReader, notJson, type Token } from "../http/json_reader.ts";
import { Refusal } from "../refusal.ts";
import type { LinePart, LineStream } from "../store/store.ts";
import { storedObject } from "./run_patch.ts";

/** Files of lines by the names that the protocol has for them. */
const STREAMS: Readonly<Record<string, LineStream>> = {
  "wandb-history.jsonl": "history",
  "wandb-events.jsonl": "events",
  "output.log": "console",
};
const SUMMARY = "wandb-summary.json";

/** Characters that one transaction writes; others get their turn in between. */
const SLICE = 1024 * 1024;

/** Line numbers past this are a mistake. */
const MAX_LINE = 1e12;

/** What a request says of the run's end. */
export interface End {
  readonly complete: boolean;
  readonly exitCode: number;
  readonly preempting: boolean;
}

/** What a request says in the end. */
export interface FileStreamRest {
  /** Lines that were not written yet. */
  readonly parts: readonly LinePart[];
  /** JSON. */
  readonly summary: string | undefined;
  readonly end: End;
}

/**
 * Reads a request as it arrives:
 * `{"files":{"wandb-history.jsonl":{"offset":0,"content":["{…}"]}},"complete":…}`.
 *
 * @param write Is given lines once there are many.
 * @throws {Refusal} When it makes no sense.
 */
export async function readFileStream(
  pieces: AsyncIterable<string>,
  write: (part: LinePart) => Promise<void>,
): Promise<FileStreamRest> {
  const reader = new JsonReader(pieces);
  const parts: LinePart[] = [];
  const said: Record<string, unknown> = {};
  let summary: string | undefined;

  if (await reader.take() !== "{") {
    throw new Refusal("Cannot store lines: the request is not an object");
  }
  await reader.members(async (key, token) => {
    if (key === "files" && token === "{") {
      await reader.members(async (name, token) => {
        const stream = Object.hasOwn(STREAMS, name) ? STREAMS[name] : undefined;
        // Other files are uploaded as well; their lines are of no use here.
        if (token !== "{" || (stream === undefined && name !== SUMMARY)) {
          return await reader.skip(token);
        }
        const flush = stream === undefined
          ? undefined
          : (offset: number, lines: string[]) => write({ stream, offset, lines });
        const file = await readFile(reader, name, flush);
        if (file.lines.length === 0) return;
        if (stream !== undefined) parts.push({ stream, ...file });
        else summary = storedObject(file.lines.at(-1)!, "summary");
      });
    } else if (token === "scalar" && ["complete", "exitcode", "preempting"].includes(key)) {
      said[key] = reader.value;
    } else await reader.skip(token);
  });
  if (await reader.take() !== "end") throw notJson();

  const { complete, exitcode, preempting } = said;
  return {
    parts,
    summary,
    end: {
      complete: complete === true,
      exitCode: typeof exitcode === "number" ? Math.trunc(exitcode) : 0,
      preempting: preempting === true,
    },
  };
}

/** Reads a file; lines are flushed once there are many, and the last ones given back. */
async function readFile(
  reader: JsonReader,
  name: string,
  flush?: (offset: number, lines: string[]) => Promise<void>,
): Promise<{ offset: number; lines: string[] }> {
  let offset: number | undefined;
  let lines: string[] = [];
  let size = 0;

  const readLines = async (token: Token) => {
    if (token !== "[") throw notLines(name);
    token = await reader.take();
    while (token !== "]") {
      if (token !== "string") throw notLines(name);
      const line = reader.value as string;
      lines.push(line);
      size += line.length;
      // Where the offset comes last, all lines wait for it.
      if (size >= SLICE && offset !== undefined && flush !== undefined) {
        await flush(offset, lines);
        offset += lines.length;
        lines = [];
        size = 0;
      }
      token = reader.takeArrived() ?? await reader.take();
      if (token === "]") return;
      if (token !== ",") throw notJson();
      token = reader.takeArrived() ?? await reader.take();
      if (token === "]") throw notJson();
    }
  };

  await reader.members(async (key, token) => {
    if (key === "offset") offset = parseOffset(name, token, reader.value);
    else if (key === "content") await readLines(token);
    else await reader.skip(token);
  });
  return { offset: offset ?? 0, lines };
}

function parseOffset(name: string, token: Token, value: unknown): number {
  const isOffset = token === "scalar" && typeof value === "number" &&
    Number.isSafeInteger(value) && value >= 0 && value <= MAX_LINE;
  if (!isOffset) {
    throw new Refusal(`Cannot store lines of ${name}: the offset is not a line number`);
  }
  return value;
}

function notLines(name: string): Refusal {
  return new Refusal(`Cannot store lines of ${name}: the content is not a list of lines`);
}
