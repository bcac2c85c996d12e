import { Refusal } from "../refusal.ts";
import { demandWrite } from "../people/visitor.ts";
import type { Visitor } from "../people/visitor.ts";
import type { Services } from "../services.ts";
import { standardJson } from "../store/extended_json.ts";
import type { LinePart, LineStream, RunPatch, StoredRun } from "../store/store.ts";

/** Files of lines by the names that the protocol has for them. */
const STREAMS: Readonly<Record<string, LineStream>> = {
  "wandb-history.jsonl": "history",
  "wandb-events.jsonl": "events",
  "output.log": "console",
};
const SUMMARY = "wandb-summary.json";

/** Characters that one transaction writes; others get their turn in between. */
const SLICE = 2 * 1024 * 1024;

/** Line numbers past this are a mistake. */
const MAX_LINE = 1e12;

/** What a request says. */
export interface FileStreamRequest {
  readonly parts: readonly LinePart[];
  /** JSON. */
  readonly summary: string | undefined;
  readonly end: End;
}

/** What a request says of the run's end. */
interface End {
  readonly complete: boolean;
  readonly exitCode: number;
  readonly preempting: boolean;
}

/** What is answered. */
export interface FileStreamAnswer {
  readonly exitcode: null;
  readonly limits: Record<string, never>;
  /** Somebody has asked the run to stop. */
  readonly stopped: boolean;
}

/**
 * Stores what a run streams: lines by number, the summary, whether it lives or how it ended. A
 * request that is sent again changes nothing.
 */
export async function receiveFileStream(
  names: { entity: string; project: string; run: string },
  { parts, summary, end }: FileStreamRequest,
  visitor: Visitor,
  { store, now }: Services,
): Promise<FileStreamAnswer> {
  const run = visitor.mayRead(names.entity)
    ? await store.runs.find(names.entity, names.project, names.run)
    : undefined;
  if (run === undefined) throw new Refusal("Cannot store lines: there is no such run", 404);
  demandWrite(visitor, names.entity);

  for (const part of parts) {
    for (const slice of slices(part)) {
      await store.lines.write(run.key, [slice]);
      await turn();
    }
  }
  const isThere = await store.lines.write(run.key, [], {
    ...(summary !== undefined && { summary }),
    ...stateAfter(run, end),
    heartbeatAt: now(),
  });
  if (!isThere) throw new Refusal("Cannot store lines: the run has been deleted", 404);
  return { exitcode: null, limits: {}, stopped: run.stopRequested };
}

function stateAfter(run: StoredRun, { complete, exitCode, preempting }: End): RunPatch {
  if (complete) {
    const failed = run.stopRequested ? "killed" : "failed";
    return { state: exitCode === 0 ? "finished" : failed, exitCode, stopRequested: false };
  }
  if (preempting) return { state: "preempting" };
  // Whatever a run streams shows that it lives, also after its end: it was resumed.
  return run.state === "preempting" ? {} : { state: "running", exitCode: null };
}

/**
 * Reads a request.
 *
 * @param body JSON: `{"files":{"wandb-history.jsonl":{"offset":0,"content":["{…}"]}},"complete":…}`.
 * @throws {Refusal} When it makes no sense.
 */
export function parseFileStream(body: string): FileStreamRequest {
  let request: unknown;
  try {
    request = JSON.parse(body);
  } catch {
    throw new Refusal("Cannot store lines: the request is not JSON");
  }
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    throw new Refusal("Cannot store lines: the request is not an object");
  }
  const { files, complete, exitcode, preempting } = request as Record<string, unknown>;
  const parts: LinePart[] = [];
  let summary: string | undefined;
  for (const [name, file] of Object.entries(files ?? {})) {
    const stream = Object.hasOwn(STREAMS, name) ? STREAMS[name] : undefined;
    // Other files are uploaded as well; their lines are of no use here.
    if (stream === undefined && name !== SUMMARY) continue;
    const { offset, lines } = parseFile(name, file);
    if (stream !== undefined) parts.push({ stream, offset, lines });
    else if (lines.length > 0) summary = parseSummary(lines.at(-1)!);
  }
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

function parseFile(name: string, file: unknown): { offset: number; lines: string[] } {
  const { offset = 0, content = [] } = (file ?? {}) as Record<string, unknown>;
  const isOffset = typeof offset === "number" && Number.isSafeInteger(offset) && offset >= 0 &&
    offset <= MAX_LINE;
  if (!isOffset) {
    throw new Refusal(`Cannot store lines of ${name}: the offset is not a line number`);
  }
  if (!Array.isArray(content) || content.some((line) => typeof line !== "string")) {
    throw new Refusal(`Cannot store lines of ${name}: the content is not a list of lines`);
  }
  return { offset, lines: content };
}

function parseSummary(line: string): string {
  const summary = standardJson(line.toWellFormed());
  if (summary === undefined || !summary.trimStart().startsWith("{")) {
    throw new Refusal("Cannot store the summary: it is not a JSON object");
  }
  return summary;
}

function* slices({ stream, offset, lines }: LinePart): Generator<LinePart> {
  let from = 0;
  let size = 0;
  for (let i = 0; i < lines.length; i++) {
    size += lines[i]!.length;
    if (size < SLICE && i + 1 < lines.length) continue;
    yield { stream, offset: offset + from, lines: lines.slice(from, i + 1) };
    from = i + 1;
    size = 0;
  }
}

/** Lets others have their turn: timers, other requests. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
