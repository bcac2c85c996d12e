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
 * beginning. A second end is the first one.
 */
export function deferredService({ start, onFail }: DeferredServiceOptions): RunService {
  let waiting: ServiceRequest[] = [];
  let started: RunService | undefined;
  let closed: Promise<void> | undefined;
  const begun = start().then((service) => {
    started = service;
    for (const request of waiting) service.receive?.(request);
  }).catch(onFail).finally(() => waiting = []);
  return {
    receive(request) {
      if (started === undefined) waiting.push(request);
      else started.receive?.(request);
    },
    // What has not begun yet begins in the new directory.
    beginAnew: () => started?.beginAnew?.(),
    async settled() {
      await begun;
      await started?.settled?.();
    },
    close: () => closed ??= begun.then(() => started?.close()),
    async deliver() {
      await begun;
      await started?.deliver?.();
    },
  };
}
