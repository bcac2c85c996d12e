/** Answers requests. */
export type Answer = (
  request: Request,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
) => Response | Promise<Response>;

/** HTTP on one connection. */
export interface ServedConnection {
  /** Ends with the connection. */
  readonly finished: Promise<void>;
  /** Ends the connection once what was asked is answered; it cannot be cut after that. */
  shutdown(): Promise<void>;
  /** Ends the connection at once; does nothing when it has ended. */
  cut(): void;
}

/** Serves HTTP on a connection that was accepted. */
export type ServeConnection = (connection: Deno.TcpConn, answer: Answer) => ServedConnection;

/** The part of an AbortSignal that Deno makes use of. */
interface Signal {
  addEventListener(type: "abort", listener: () => void): void;
}

type DenoServeConnection = (
  connection: Deno.TcpConn,
  signal: Signal,
  answer: Answer,
  onError: () => Response,
  onListen: () => void,
) => Pick<ServedConnection, "finished" | "shutdown">;

/**
 * What `Deno.serve` does with each of its connections. It is not among the documented functions,
 * but those keep connections to themselves: they have no time limit for the head of a request, and
 * do not say which connections there are (denoland/deno#3515).
 *
 * @returns Null where this version of Deno has no such function.
 */
export function findServeConnection(): ServeConnection | null {
  const { internal } = Deno as unknown as { readonly internal: symbol };
  const internals = (Deno as unknown as Record<symbol, Record<string, unknown> | undefined>)[
    internal
  ];
  const serve = internals?.serveHttpOnConnection as DenoServeConnection | undefined;
  if (typeof serve !== "function") return null;
  return (connection, answer) => {
    let abort = () => {};
    // A real signal would report what its listener throws, and so end the process.
    const signal: Signal = { addEventListener: (_, listener) => abort = listener };
    const { finished, shutdown } = serve(connection, signal, answer, failed, () => {});
    return {
      finished,
      shutdown,
      cut() {
        try {
          abort();
        } catch {
          // It is ending already.
        }
      },
    };
  };
}

/** The server's handler answers failures itself. */
function failed(): Response {
  return new Response(null, { status: 500 });
}
