import { harmless, truncate } from "../../charts/escape.ts";
import { parseObject } from "../../record/json_object.ts";
import type { Store, StoredRun } from "../../server/store/store.ts";
import type { LogLine, LogTail } from "../views.ts";
import { textOf } from "./text_of.ts";

const MAX_LINE = 2_000;
/** Colours and cursor movements of a terminal. */
// deno-lint-ignore no-control-regex
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const PLAIN = /^(ERROR )?\d{4}-\d\d-\d\dT[\d:.]+Z? ?/;

/** The last lines that a run printed. */
export async function logTail(
  store: Store,
  run: StoredRun,
  { count, href }: { readonly count: number; readonly href?: string | undefined },
): Promise<LogTail> {
  const lines = await store.lines.tail(run.key, "console", count);
  return {
    lines: lines.map(({ number, text }) => logLine(number, text)),
    total: run.consoleLines,
    ...(href === undefined ? {} : { href }),
  };
}

/** A line as it was sent: as JSON, or with its time before it. */
export function logLine(number: number, sent: string): LogLine {
  if (sent.startsWith("{")) {
    const { content, level } = parseObject(sent) ?? {};
    if (typeof content === "string") {
      return { number, text: readable(content), stream: streamOf(textOf(level) === "error") };
    }
  }
  const before = PLAIN.exec(sent);
  const text = before === null ? sent : sent.slice(before[0].length);
  return { number, text: readable(text), stream: streamOf(before?.[1] !== undefined) };
}

function readable(text: string): string {
  return harmless(truncate(text.replace(ESCAPES, "").trimEnd(), MAX_LINE));
}

function streamOf(error: boolean): "stdout" | "stderr" {
  return error ? "stderr" : "stdout";
}
