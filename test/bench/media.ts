import { atMost, type BenchSection, figure, runProgram } from "./bench.ts";

interface Times {
  readonly median: number;
  readonly best: number;
}

interface Media {
  readonly images: Times;
  readonly copy: Times;
  /** Of logging images to copying them. */
  readonly ratio: number;
  readonly histogram: Times;
  readonly table: { readonly making: number; readonly blocked: number; readonly recorded: number };
}

/** What media cost the thread that logs them. */
export const media: BenchSection = {
  title: "Media and tables",
  async rows() {
    const dir = Deno.makeTempDirSync({ prefix: "cellar-bench-" });
    try {
      const { images, copy, ratio, histogram, table } = await runProgram<Media>(
        "./media_calls.ts",
        [dir],
      );
      return [
        atMost("100 images of 224 x 224 in one log(), median of 15", images.median, 5, "ms"),
        { what: "  the best", measured: `${figure(images.best)} ms` },
        {
          what: "  copying their bytes, and no more: best, and median",
          measured: `${figure(copy.best)}, ${figure(copy.median)} ms`,
        },
        { what: "  log() to copying, median of pairs", measured: `${figure(ratio)} times` },
        atMost("histogram of 1,000,000 values, median of 15", histogram.median, 3, "ms"),
        atMost("table of 100,000 x 10 recorded, from objects to files", table.recorded, 1000, "ms"),
        { what: "  of that on the user's thread", measured: `${figure(table.blocked)} ms` },
      ];
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
};
