/** A console line, read. */
export interface ConsoleLine {
  /** Standard error is `error`. */
  readonly level: "info" | "error";
  /** UTC, ISO, without a zone; null when the line does not say. */
  readonly timestamp: string | null;
  /** Which of several writers it came from; null when there is one. */
  readonly label: string | null;
  readonly text: string;
}

const PLAIN = /^(ERROR )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z? (?:\[([^\]]*)\] )?(.*)$/s;

/**
 * Reads a console line in either of the two forms that clients send:
 * `ERROR 2026-11-24T07:19:28.913748 text`, or JSON `{"level":"error","ts":"…","content":"text"}`.
 * Any other line is text.
 */
export function parseConsoleLine(line: string): ConsoleLine {
  if (line.startsWith("{")) {
    try {
      const { level, ts, label, content } = JSON.parse(line);
      if (typeof content === "string") {
        return {
          level: level === "error" ? "error" : "info",
          timestamp: typeof ts === "string" ? ts : null,
          label: typeof label === "string" && label !== "" ? label : null,
          text: content,
        };
      }
    } catch {
      // What somebody printed may begin with a brace.
    }
  }
  const [, error, timestamp, label, text] = PLAIN.exec(line) ?? [];
  if (timestamp === undefined) return { level: "info", timestamp: null, label: null, text: line };
  return {
    level: error === undefined ? "info" : "error",
    timestamp,
    label: label ?? null,
    text: text ?? "",
  };
}
