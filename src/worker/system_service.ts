import { endLeftover } from "../system/nvidia_smi/leftover.ts";
import { SystemSampler } from "../system/sampler.ts";
import type { SystemServiceOptions } from "./messages.ts";
import { SystemLog } from "./system_log.ts";
import type { RunService, ServiceContext } from "./services.ts";

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
  sampler.start();
  return {
    receive(request) {
      if (request.service === "system") void sampler.sampleNow();
    },
    async close() {
      await sampler.stop();
      log.close();
    },
  };
}
