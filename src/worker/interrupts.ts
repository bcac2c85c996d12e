/** A second interrupt within this time ends the process. */
const SECOND_WITHIN_MS = 3_000;

/** Catches SIGINT; see {@linkcode catchInterrupts}. */
export interface Interrupts {
  /** Begins or ends catching. */
  enable(on: boolean): void;
}

/**
 * Reports the first SIGINT instead of letting it end the process; a second one within three seconds
 * has its default effect.
 *
 * It runs in the worker because the user's thread may be a loop that never lets a listener run.
 */
export function catchInterrupts(report: () => void): Interrupts {
  let enabled = false;
  let last = -Infinity;
  const listener = () => {
    const now = performance.now();
    const second = now - last < SECOND_WITHIN_MS;
    last = now;
    if (!second) return report();
    Deno.removeSignalListener("SIGINT", listener);
    Deno.kill(Deno.pid, "SIGINT");
  };
  return {
    enable(on) {
      if (on === enabled) return;
      enabled = on;
      if (on) Deno.addSignalListener("SIGINT", listener);
      else Deno.removeSignalListener("SIGINT", listener);
    },
  };
}
