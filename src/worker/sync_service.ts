import { readKey } from "../login/login_file.ts";
import { statusInWords } from "../sync/delivery.ts";
import { RunSync } from "../sync/run_sync.ts";
import type { SyncSettings } from "../sync/settings.ts";
import type { RunService, ServiceContext } from "./services.ts";

/** Delivers a run to its server while it goes on. */
export function startSyncService(settings: SyncSettings, context: ServiceContext): RunService {
  const { baseUrl, apiKey, keyIsKept, entity, project, id, timeoutMs } = settings;
  const { host } = new URL(baseUrl);
  const sync = new RunSync({
    directory: context.directory,
    key: { baseUrl, entity, project, id },
    apiKey,
    keptKey: keyIsKept ? () => readKey(baseUrl) : undefined,
    record: context.record,
    events: {
      status(status) {
        context.show(statusInWords(status, host));
        context.report({ service: "sync", kind: "status", status });
      },
      warn: (message) => context.warn(message),
      stop: () => context.report({ service: "sync", kind: "stop" }),
    },
  });
  return {
    beginAnew: () => sync.beginAnew(),
    // The others are still writing what is to be delivered.
    close: () => Promise.resolve(),
    async deliver() {
      const delivery = await sync.finish(timeoutMs);
      context.show(statusInWords(delivery, host));
      context.report({ service: "sync", kind: "delivered", delivery });
    },
  };
}
