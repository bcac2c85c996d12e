import type { Answer, ServeConnection, ServedConnection } from "./serve_connection.ts";

/** How long clients may say nothing, in milliseconds. */
export interface ConnectionLimits {
  /** For the head of the first request. */
  readonly firstHead: number;
  /** For the head of each later one, from the end of the answer before. */
  readonly nextHead: number;
}

/** Clients and proxies keep a connection for the next request up to two minutes. */
export const CONNECTION_LIMITS: ConnectionLimits = { firstHead: 15_000, nextHead: 180_000 };

interface Connection {
  readonly served: ServedConnection;
  /** Requests that are being answered. */
  asked: number;
  /** When it is cut unless something is asked. */
  due: number;
}

/**
 * The connections of a server. Each one that asks for nothing in time is cut: a request whose head
 * never ends is none, holds memory and a file descriptor, and costs nothing to make.
 */
export class Connections {
  readonly #serve: ServeConnection;
  readonly #answer: Answer;
  readonly #limits: ConnectionLimits;
  readonly #open = new Set<Connection>();
  readonly #timer: ReturnType<typeof setInterval>;
  #closing = false;
  #allEnded = () => {};

  constructor(serve: ServeConnection, answer: Answer, limits: ConnectionLimits) {
    this.#serve = serve;
    this.#answer = answer;
    this.#limits = limits;
    this.#timer = setInterval(() => this.#cutIdle(performance.now()), limits.firstHead / 5);
  }

  /** Answers what is asked on a connection. */
  add(accepted: Deno.TcpConn): void {
    const served = this.#serve(accepted, (request, info) => {
      connection.asked++;
      info.completed.catch(() => {}).then(() => this.#answered(connection));
      return this.#answer(request, info);
    });
    const due = performance.now() + this.#limits.firstHead;
    const connection: Connection = { served, asked: 0, due };
    this.#open.add(connection);
    served.finished.catch(() => {}).then(() => {
      this.#open.delete(connection);
      if (this.#open.size === 0) this.#allEnded();
    });
  }

  /** Ends all connections once what was asked is answered. */
  async shutdown(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#timer);
    this.#cutIdle(Infinity);
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#allEnded = resolve);
  }

  /** Ends all connections at once. */
  cut(): void {
    for (const { served } of this.#open) served.cut();
  }

  #answered(connection: Connection): void {
    connection.asked--;
    connection.due = performance.now() + this.#limits.nextHead;
    // The last bytes may be on their way.
    if (this.#closing && connection.asked === 0) connection.served.shutdown().catch(() => {});
  }

  #cutIdle(now: number): void {
    for (const { asked, due, served } of this.#open) if (asked === 0 && now > due) served.cut();
  }
}
