import { atMost, type BenchRow, type BenchSection, lastJson } from "./bench.ts";
import { withServer } from "./own_server.ts";
import { ensurePeers, pythonFile } from "./peers/setup.ts";

/** Seconds of each call, in the order of the runs. */
interface SdkTimes {
  readonly first: number;
  readonly init: readonly number[];
  readonly finish: readonly number[];
}

const RUNS = 11;

/** What the official SDK waits for at our server, with the settings that it has by itself. */
export const sdk: BenchSection = {
  title: "The official wandb SDK against the server",
  async rows(): Promise<BenchRow[]> {
    const { python } = await ensurePeers();
    const { first, init, finish } = await withServer(async (baseUrl, key, folder) => {
      const { success, stdout, stderr } = await new Deno.Command(python, {
        args: [pythonFile("sdk_times.py"), String(RUNS)],
        cwd: folder,
        env: {
          WANDB_BASE_URL: baseUrl,
          WANDB_API_KEY: key,
          WANDB_ERROR_REPORTING: "false",
          WANDB_DIR: folder,
          WANDB_CONFIG_DIR: `${folder}/config`,
          WANDB_CACHE_DIR: `${folder}/cache`,
          NETRC: `${folder}/netrc`,
        },
      }).output();
      if (!success) throw new Error(`Cannot time the SDK: ${new TextDecoder().decode(stderr)}`);
      return lastJson<SdkTimes>(stdout);
    });
    return [
      atMost(`wandb.init(), warm, median of ${RUNS}`, middle(init), 0.1, "s"),
      atMost(`run.finish(), warm, median of ${RUNS}`, middle(finish), 0.05, "s"),
      { what: "wandb.init(), the first of a process", measured: `${first.toFixed(2)} s` },
    ];
  },
};

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}
