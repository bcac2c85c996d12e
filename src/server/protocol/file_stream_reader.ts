import { JsonReader, notJson, type Token } from "../http/json_reader.ts";
import { Refusal } from "../refusal.ts";
import { type LinePart, LINES_TOGETHER, type LineStream } from "../store/store.ts";
import { storedObject } from "./run_patch.ts";

/** Files of lines by the names that the protocol has for them. */
const STREAMS: Readonly<Record<string, LineStream>> = {
  "wandb-history.jsonl": "history",
  "wandb-events.jsonl": "events",
  "output.log": "console",
};
const SUMMARY = "wandb-summary.json";

/** Characters of lines that are given on at once, at the most. */
const SLICE = 128 * 1024;

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
  /** JSON. */
  readonly summary: string | undefined;
  readonly end: End;
}

/**
 * Reads a request as it arrives:
 * `{"files":{"wandb-history.jsonl":{"offset":0,"content":["{…}"]}},"complete":…}`.
 *
 * @param take Is given lines as they come, some at a time.
 * @throws {Refusal} When it makes no sense.
 */
export async function readFileStream(
  pieces: AsyncIterable<string>,
  take: (part: LinePart) => Promise<void>,
): Promise<FileStreamRest> {
  const reader = new JsonReader(pieces);
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
        if (stream !== undefined) {
          return await readFile(reader, name, (offset, lines) => take({ stream, offset, lines }));
        }
        let last: string | undefined;
        await readFile(reader, name, (_offset, lines) => last = lines.at(-1));
        if (last !== undefined) summary = storedObject(last, "summary");
      });
    } else if (token === "scalar" && ["complete", "exitcode", "preempting"].includes(key)) {
      said[key] = reader.value;
    } else await reader.skip(token);
  });
  if (await reader.take() !== "end") throw notJson();

  const { complete, exitcode, preempting } = said;
  return {
    summary,
    end: {
      complete: complete === true,
      exitCode: typeof exitcode === "number" ? Math.trunc(exitcode) : 0,
      preempting: preempting === true,
    },
  };
}

/** Reads a file; `take` is given its lines, some at a time. */
async function readFile(
  reader: JsonReader,
  name: string,
  take: (offset: number, lines: string[]) => unknown,
): Promise<void> {
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
      const isSlice = offset !== undefined &&
        (size >= SLICE || (offset + lines.length) % LINES_TOGETHER === 0);
      if (isSlice) {
        await take(offset!, lines);
        offset! += lines.length;
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
  if (lines.length > 0) await take(offset ?? 0, lines);
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
