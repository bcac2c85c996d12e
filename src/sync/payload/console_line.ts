import type { ConsoleLine } from "../../record/console_lines.ts";

/**
 * A line of `console.jsonl` as a line of `output.log`.
 *
 * @param structured Whether the server takes JSON; else the time and the text are written out.
 */
export function consoleLine(json: string, structured: boolean): string {
  const { time, stream, text } = JSON.parse(json) as Partial<ConsoleLine>;
  const content = String(text ?? "");
  const ts = isoMicroseconds(typeof time === "number" ? time : 0);
  const error = stream === "stderr";
  if (structured) return JSON.stringify({ ...(error ? { level: "error" } : {}), ts, content });
  return `${error ? "ERROR " : ""}${ts} ${content}`;
}

/** UTC without a zone, as the protocol has it. */
function isoMicroseconds(seconds: number): string {
  const date = new Date(seconds * 1000);
  const iso = Number.isNaN(date.getTime()) ? "1970-01-01T00:00:00.000Z" : date.toISOString();
  return iso.replace("Z", "000");
}
