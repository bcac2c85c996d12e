import type { ServiceRequest } from "./messages.ts";
import type { RunService } from "./services.ts";

/** Options of {@linkcode deferredService}. */
export interface DeferredServiceOptions {
  /** Loads its code and starts it. */
  readonly start: () => Promise<RunService>;
  /** Called when that fails. */
  readonly onFail: (error: unknown) => void;
}

/**
 * A service whose code is still being loaded: requests wait for it, and its end waits for its
 * beginning.
 */
export function deferredService({ start, onFail }: DeferredServiceOptions): RunService {
  let waiting: ServiceRequest[] = [];
  let started: RunService | undefined;
  const begun = start().then((service) => {
    started = service;
    for (const request of waiting) service.receive?.(request);
  }).catch(onFail).finally(() => waiting = []);
  return {
    receive(request) {
      if (started === undefined) waiting.push(request);
      else started.receive?.(request);
    },
    async close() {
      await begun;
      await started?.close();
    },
  };
}
