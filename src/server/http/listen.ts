/** Milliseconds until a listener that has ended is tried again. */
const RETRY_MS = 250;

/** Answers requests. */
export type Answer = (
  request: Request,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
) => Response | Promise<Response>;

/** What listens on an address. */
export interface Listener {
  /** The port, also where a free one was asked for. */
  readonly port: number;
  /** Takes no more connections, and answers what was asked. */
  shutdown(): Promise<void>;
}

/**
 * Listens on an address. Where the process has no file descriptors left for another connection,
 * Deno's listener ends for good; this one goes on as soon as there are some again.
 *
 * @param onEnd Is told why a listener has ended.
 * @throws {Error} What `Deno.serve` throws, when the address cannot be listened on.
 */
export function listen(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  answer: Answer,
  onEnd: (error: unknown) => void,
): Listener {
  let closed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let current = open(port);
  const { port: taken } = current.addr;

  function open(port: number): Deno.HttpServer<Deno.NetAddr> {
    const server = Deno.serve({ hostname, port, onListen() {} }, answer);
    server.finished.catch((error) => {
      onEnd(error);
      again();
    });
    return server;
  }

  function again(): void {
    retry = setTimeout(() => {
      if (closed) return;
      try {
        current = open(taken);
      } catch {
        again();
      }
    }, RETRY_MS);
  }

  return {
    port: taken,
    async shutdown() {
      closed = true;
      clearTimeout(retry);
      await current.shutdown();
    },
  };
}
