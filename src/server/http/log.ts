/** How much a log tells. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "off";

/** What one line tells, beside its time and level. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "off"];

/** Writes what happens, a JSON object a line. */
export interface Log {
  (level: Exclude<LogLevel, "off">, event: string, fields?: LogFields): void;
}

/**
 * A log of lines such as `{"time":"…","level":"info","event":"request","path":"/graphql",…}`.
 *
 * @param least The least important level that is written.
 * @param write Takes a line, without its end.
 */
export function makeLog(least: LogLevel, write: (line: string) => void): Log {
  const from = LEVELS.indexOf(least);
  return (level, event, fields = {}) => {
    if (LEVELS.indexOf(level) < from) return;
    write(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }));
  };
}
