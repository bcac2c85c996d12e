import { CONNECTION_LIMITS, type ConnectionLimits, Connections } from "./connections.ts";
import { type Answer, findServeConnection, type ServeConnection } from "./serve_connection.ts";

/** Milliseconds until connections are accepted again after that has failed. */
const RETRY_MS = 250;

/** What listens on an address. */
export interface Listener {
  /** The port, also where a free one was asked for. */
  readonly port: number;
  /** Takes no more connections, and answers what was asked. */
  shutdown(): Promise<void>;
  /** Ends the connections that `shutdown` still waits for. */
  cut(): void;
}

/** How it is listened. */
export interface ListenOptions {
  readonly hostname: string;
  readonly port: number;
  /** Is told what is wrong with the listener; it goes on. */
  readonly onFault: (error: unknown) => void;
  /** @default {CONNECTION_LIMITS} */
  readonly limits?: ConnectionLimits;
  /** @default {what Deno has} */
  readonly serveConnection?: ServeConnection | null;
}

/**
 * Listens on an address. Where the process has no file descriptors left for another connection it
 * goes on as soon as there are some again.
 *
 * @throws {Error} What `Deno.listen` throws, when the address cannot be listened on.
 */
export function listen(answer: Answer, options: ListenOptions): Listener {
  const { hostname, port, onFault, limits = CONNECTION_LIMITS } = options;
  const { serveConnection = findServeConnection() } = options;
  if (serveConnection === null) return listenWithoutLimits(answer, options);
  const listener = Deno.listen({ hostname, port });
  const connections = new Connections(serveConnection, answer, limits);
  let closed = false;

  const acceptAll = async () => {
    let failed = false;
    while (!closed) {
      try {
        connections.add(await listener.accept());
        failed = false;
      } catch (error) {
        if (closed) return;
        if (!failed) onFault(error);
        failed = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };
  acceptAll();

  return {
    port: listener.addr.port,
    async shutdown() {
      if (!closed) listener.close();
      closed = true;
      await connections.shutdown();
    },
    cut: () => connections.cut(),
  };
}

/** For a version of Deno that does not hand single connections out. */
function listenWithoutLimits(
  answer: Answer,
  { hostname, port, onFault }: ListenOptions,
): Listener {
  const server = Deno.serve({ hostname, port, onListen() {} }, answer);
  onFault(new Error("Clients have no time limit: this version of Deno has none for connections"));
  server.finished.catch(onFault);
  return {
    port: server.addr.port,
    shutdown: () => server.shutdown(),
    // What has been asked to shut down cannot be cut.
    cut() {},
  };
}
