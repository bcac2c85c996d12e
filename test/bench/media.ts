import { atMost, type BenchSection, figure, runProgram } from "./bench.ts";

interface Times {
  readonly median: number;
  readonly best: number;
}

interface Media {
  readonly images: {
    /** Their memory goes over. */
    readonly given: Times;
    readonly copied: Times;
    /** Copying their bytes, and no more. */
    readonly copy: Times;
    /** Of logging them copied to copying them. */
    readonly ratio: number;
  };
  readonly histogram: Times;
  readonly table: { readonly making: number; readonly blocked: number; readonly recorded: number };
}

const bestAndMedian = ({ best, median }: Times) => `${figure(best)}, ${figure(median)} ms`;

/** What media cost the thread that logs them. */
export const media: BenchSection = {
  title: "Media and tables",
  async rows() {
    const dir = Deno.makeTempDirSync({ prefix: "cellar-bench-" });
    try {
      const { images, histogram, table } = await runProgram<Media>("./media_calls.ts", [dir]);
      const { given, copied, copy, ratio } = images;
      return [
        atMost(
          "100 images of 224 x 224 in one log(), transferred, median of 15",
          given.median,
          5,
          "ms",
        ),
        { what: "  copied: best, and median", measured: bestAndMedian(copied) },
        {
          what: "  copying their bytes, and no more: best, and median",
          measured: bestAndMedian(copy),
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
