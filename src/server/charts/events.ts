import type { Change, Store } from "../store/store.ts";
import { Mailbox } from "./mailbox.ts";

/** How a stream of events goes. */
export interface EventsOptions {
  /** Who reads; nobody may have all the streams that there are. */
  readonly reader: string;
  /** Which commits matter. */
  readonly concerns: (change: Change) => boolean;
  /** Makes the next event; null when there is nothing to say. The first is made at once. */
  readonly next: () => Promise<ServerEvent | null>;
  /**
   * Milliseconds between two events at least.
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
  /** Whether nothing can follow it. */
  readonly last?: boolean;
}

/** Between two signs of life; proxies close what is silent for longer. */
const HEARTBEAT_MS = 15_000;
/** After which a browser that lost the connection comes back. */
const RETRY_MS = 2_000;
const MAX_STREAMS = 1_000;
const MAX_STREAMS_EACH = 100;
const ALIVE = ": alive\n\n";
const encoder = new TextEncoder();
let open = 0;
const openEach = new Map<string, number>();

/**
 * Tells of changes by server-sent events. Changes that come faster than the interval, or than the
 * reader reads, become one event.
 *
 * @returns Null when there are too many of these already, or too many of this reader's.
 */
export function eventStream(store: Store, options: EventsOptions): Response | null {
  const { reader, concerns, next, interval = 400 } = options;
  const own = openEach.get(reader) ?? 0;
  if (open >= MAX_STREAMS || own >= MAX_STREAMS_EACH) return null;
  open++;
  openEach.set(reader, own + 1);
  const mailbox = new Mailbox(store, concerns);
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    open--;
    const left = (openEach.get(reader) ?? 1) - 1;
    if (left > 0) openEach.set(reader, left);
    else openEach.delete(reader);
    mailbox.close();
  };
  let last: number | undefined;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const first = last === undefined;
        if (!first) {
          await mailbox.wait(HEARTBEAT_MS);
          if (!ended) await pause(interval - (performance.now() - last!));
        }
        if (ended) return;
        const changed = mailbox.take().length > 0;
        const event = first || changed ? await next() : null;
        last = performance.now();
        if (ended) return;
        const text = event === null ? ALIVE : written(event);
        controller.enqueue(encoder.encode(first ? `retry: ${RETRY_MS}\n\n${text}` : text));
        if (event?.last !== true) return;
        end();
        controller.close();
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

function written({ event, data, id }: ServerEvent): string {
  const lines = [`event: ${event}`, ...(id === undefined ? [] : [`id: ${id}`]), `data: ${data}`];
  return `${lines.join("\n")}\n\n`;
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
