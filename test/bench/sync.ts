import { atMost, type BenchRow, type BenchSection, runProgram } from "./bench.ts";

interface DeliveryResult {
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly held: number;
  readonly againSeconds: number;
  readonly finishSeconds: number;
  readonly secondsUntilReadable: { readonly p50: number; readonly max: number };
}

const ROWS = 1_000_000;
const KEYS = 3;

/** Delivery to Cellar's own server, in a process of its own on this machine. */
export const sync: BenchSection = {
  title: "Syncing to a server on this machine",
  async rows(): Promise<BenchRow[]> {
    const result = await runProgram<DeliveryResult>("./delivery.ts", [ROWS, KEYS]);
    if (result.held !== ROWS) throw new Error(`The server holds ${result.held} rows of ${ROWS}`);
    const { p50, max } = result.secondsUntilReadable;
    return [
      atMost("1,000,000 rows of 3 keys, durable on the server", result.seconds, 10, "s"),
      { what: "  rows a second", measured: result.rowsPerSecond.toLocaleString("en-US") },
      {
        what: "  the same again, when everything is there",
        measured: seconds(result.againSeconds),
      },
      atMost("a row can be read from the server after log(), p50", p50, 1, "s"),
      atMost("a row can be read from the server after log(), worst of 20", max, 1, "s"),
      atMost("finish() when all but the last row was delivered", result.finishSeconds, 0.2, "s"),
    ];
  },
};

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
