import { endLeftover } from "../system/nvidia_smi/leftover.ts";
import { SystemSampler } from "../system/sampler.ts";
import type { SystemServiceOptions } from "./messages.ts";
import { SystemLog } from "./system_log.ts";
import type { RunService, ServiceContext } from "./services.ts";

const running = new Map<string, SystemSampler>();

/**
 * Takes an extra sample of a run's hardware, for another service of the worker: at the beginning
 * and the end of a cell, say, so that its share is told exactly. Does nothing where sampling is off.
 *
 * @returns Fulfilled when the rows are in `system.jsonl`.
 */
export async function sampleSystem(directory: string): Promise<void> {
  await running.get(directory)?.sampleNow();
}

/** Samples the hardware into `system.jsonl` as long as the run goes on. */
export function startSystemService(
  { leftover, ...settings }: SystemServiceOptions,
  context: ServiceContext,
): RunService {
  const { directory, warn } = context;
  if (leftover !== undefined) endLeftover(leftover);
  const log = new SystemLog(directory, { onWarning: warn });
  const sampler = new SystemSampler({
    ...settings,
    onRow: (row) => log.append(row),
    onWarning: warn,
    onChild: (pid) => context.report({ service: "system", kind: "child", pid }),
  });
  running.set(directory, sampler);
  sampler.start();
  return {
    receive(request) {
      if (request.service === "system") void sampler.sampleNow();
    },
    async close() {
      running.delete(directory);
      await sampler.stop();
      log.close();
    },
  };
}
