import { parseLine } from "./parse_line.ts";
import { Tail } from "./tail.ts";

/**
 * The lines of a file of a run directory, to its end as it is now; none when it is not there. Lines
 * that cannot be read are passed over.
 *
 * @param onDamaged Called for each of these.
 *
 * @example
 * ```ts
 * for (const row of readJsonLines<HistoryLine>("cellar/latest-run/history.jsonl")) log(row._step);
 * ```
 */
export function* readJsonLines<T extends object>(
  path: string,
  onDamaged: () => void = () => {},
): Generator<T> {
  const tail = new Tail(path);
  try {
    for (const text of tail.read()) {
      const line = parseLine<T>(text);
      if (line === undefined) onDamaged();
      else yield line;
    }
  } finally {
    tail.close();
  }
}
