import type { Change, Store } from "../store/store.ts";

/** How a stream of events goes. */
export interface EventsOptions {
  /** Which commits matter. */
  readonly concerns: (change: Change) => boolean;
  /** Makes the next event; null when there is nothing to say. */
  readonly next: (changes: readonly Change[]) => Promise<ServerEvent | null>;
  /**
   * Milliseconds between two events.
   *
   * @default {400}
   */
  readonly interval?: number;
}

/** An event for a browser's `EventSource`. */
export interface ServerEvent {
  readonly event: string;
  /** JSON. */
  readonly data: string;
  /** What the browser names when it comes back after a lost connection. */
  readonly id?: string;
}

/** Milliseconds between two signs of life; proxies close what is silent for longer. */
const HEARTBEAT = 15_000;
const MAX_STREAMS = 1_000;
const encoder = new TextEncoder();
let open = 0;

/**
 * Tells of changes by server-sent events. Changes that come faster than the interval, or than the
 * reader reads, become one event: a slow reader costs no memory.
 *
 * @returns Null when there are too many of these already.
 */
export function eventStream(store: Store, options: EventsOptions): Response | null {
  if (open >= MAX_STREAMS) return null;
  open++;
  const { concerns, next, interval = 400 } = options;
  let changes: Change[] = [];
  let wake = () => {};
  let cancelled = false;
  const unwatch = store.watch((change) => {
    if (!concerns(change)) return;
    // What matters is that something happened to a run, not how often.
    if (changes.some(({ run, kind }) => run === change.run && kind === change.kind)) return;
    changes.push(change);
    wake();
  });
  const end = () => {
    if (cancelled) return;
    cancelled = true;
    open--;
    unwatch();
    wake();
  };
  const changed = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, HEARTBEAT);
      Deno.unrefTimer(timer);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (changes.length > 0 || cancelled) wake();
    });

  let begun = false;
  let last = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        if (!begun) {
          begun = true;
          controller.enqueue(encoder.encode(`retry: 2000\n\n`));
          const first = await next([]);
          if (first !== null) controller.enqueue(encode(first));
          last = performance.now();
          return;
        }
        await changed();
        if (cancelled) return;
        if (changes.length === 0) return controller.enqueue(encoder.encode(`: alive\n\n`));
        await pause(interval - (performance.now() - last));
        const taken = changes;
        changes = [];
        const event = await next(taken);
        last = performance.now();
        if (!cancelled) {
          controller.enqueue(event === null ? encoder.encode(`: \n\n`) : encode(event));
        }
      } catch (error) {
        end();
        controller.error(error);
      }
    },
    cancel: end,
  }, { highWaterMark: 1 });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // Nginx would hold the events back.
      "x-accel-buffering": "no",
    },
  });
}

function encode({ event, data, id }: ServerEvent): Uint8Array {
  const lines = [`event: ${event}`, ...(id === undefined ? [] : [`id: ${id}`]), `data: ${data}`];
  return encoder.encode(`${lines.join("\n")}\n\n`);
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
