import { reasonOf } from "../names/reason.ts";
import type { ErrorLine } from "../record/lines.ts";

/** The line of an error that nobody caught. */
export function errorLine(error: unknown, time: number): ErrorLine {
  if (!(error instanceof Error)) return { type: "error", message: reasonOf(error), time };
  const { name, message, stack } = error;
  return {
    type: "error",
    message: `${name}: ${message}`,
    ...(stack === undefined ? {} : { stack }),
    time,
  };
}
