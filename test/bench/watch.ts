import { atMost, type BenchSection, figure, runProgram } from "./bench.ts";

interface Watching {
  /** Milliseconds. */
  readonly reduced: number;
  readonly confusion: number;
  readonly named: number;
  readonly drawn: number;
  readonly roc: number;
  /** By how many percent training takes longer. */
  readonly byDefault: number;
  readonly all: number;
  readonly eachStep: number;
  /** Left behind. */
  readonly tensors: number;
}

/** What custom charts and watching a model cost. */
export const watch: BenchSection = {
  title: "Custom charts and watching",
  async rows() {
    const dir = Deno.makeTempDirSync({ prefix: "cellar-bench-" });
    try {
      const times = await runProgram<Watching>("./watch_calls.ts", [dir]);
      const matrix = "confusion matrix of 1,000 classes, 1,000,000 predictions";
      return [
        atMost("histogram and norm of 1,000,000 values, median of 21", times.reduced, 3, "ms"),
        atMost(`${matrix} as numbers`, times.confusion, 200, "ms"),
        atMost(`${matrix} as names`, times.named, 200, "ms"),
        { what: "  as numbers, and drawn", measured: `${figure(times.drawn)} ms` },
        { what: "ROC curve of 1,000,000 scores", measured: `${figure(times.roc)} ms` },
        atMost(
          "watch() by default, of a small network: training longer by",
          times.byDefault,
          3,
          "%",
        ),
        { what: "  gradients and parameters", measured: `${figure(times.all)} %` },
        { what: "  both, at every step", measured: `${figure(times.eachStep)} %` },
        atMost("tensors left behind by watching", times.tensors, 0, ""),
      ];
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
};
