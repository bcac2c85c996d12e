import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import { isGranted } from "../record/permissions.ts";
import type { Drawn, DrawRequest } from "../run/companion.ts";
import type {
  FromWorker,
  ServiceOptions,
  ServiceReport,
  ServiceRequest,
  ToWorker,
} from "./messages.ts";

/** What the host tells of a run. */
export interface HostedRunEvents {
  panel(drawn: Drawn): void;
  warning(message: string): void;
  vanished(): void;
  interrupt(): void;
  report(report: ServiceReport): void;
  /** The worker has ended, and with it what it was asked; another one is started. */
  died(): void;
}

/** How a run is gone along with. */
export interface HostedRunOptions {
  /** Whether panels are drawn as rows arrive. */
  readonly live: boolean;
  /** Whether SIGINT fires the run's signal instead of ending the process. */
  readonly interrupt: boolean;
  /** What else goes along with it. */
  readonly services: ServiceOptions;
}

interface HostedRun extends HostedRunOptions {
  readonly events: HostedRunEvents;
  closed?: (drawn: Drawn | null) => void;
}

interface Ticket {
  readonly message: ToWorker;
  readonly resolve: (drawn: Drawn) => void;
  readonly reject: (error: Error) => void;
}

/** A worker that dies is started again, this often in a minute. */
const MAX_RESTARTS = 5;
const RESTART_WINDOW_MS = 60_000;
const POLL_MS = 100;
const GIVEN_UP = "Cannot draw: the background worker ended several times";

/**
 * The user's side of the background worker. The worker is started with the first run, serves all
 * runs of the process, never keeps the process alive, and is started again when it dies: whatever
 * it knew, it reads again from the run directories.
 */
export class WorkerHost {
  readonly #url: URL;
  readonly #runs = new Map<string, HostedRun>();
  readonly #tickets = new Map<number, Ticket>();
  #worker: Worker | null = null;
  #port: MessagePort | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #nextTicket = 1;
  #restarts: number[] = [];
  #givenUp = false;

  constructor(url: URL = new URL("./main.ts", import.meta.url)) {
    this.#url = url;
  }

  /** Why the worker cannot be used; null when it can. */
  unavailable(directory: string): string | null {
    if (this.#url.protocol === "file:" && !isGranted({ name: "read", path: this.#url })) {
      return "it needs --allow-read";
    }
    return isGranted({ name: "read", path: directory })
      ? null
      : `it needs --allow-read=${directory}`;
  }

  /** Starts the worker before there is a run: inside of a kernel that takes half a second. */
  warm(): void {
    this.#start();
  }

  /** Goes along with a run. */
  open(directory: string, options: HostedRunOptions, events: HostedRunEvents): void {
    this.#runs.set(directory, { ...options, events });
    this.#start();
    this.#send({ kind: "open", directory, live: options.live, services: options.services });
    this.#catchInterrupts();
  }

  /**
   * Asks something of the services of a run.
   *
   * @param transfer Memory that goes over to the worker.
   * @returns False when there is no worker to ask.
   */
  ask(
    directory: string,
    request: ServiceRequest,
    transfer: readonly ArrayBuffer[] = [],
  ): boolean {
    if (this.#port === null) return false;
    this.#send({ kind: "ask", directory, request }, transfer);
    return true;
  }

  /** Draws from a run's record. */
  draw(directory: string, request: DrawRequest): Promise<Drawn> {
    if (this.#givenUp) return Promise.reject(new Error(GIVEN_UP));
    this.#start();
    const ticket = this.#nextTicket++;
    const { promise, resolve, reject } = Promise.withResolvers<Drawn>();
    const message: ToWorker = { kind: "draw", directory, ticket, request };
    this.#tickets.set(ticket, { message, resolve, reject });
    this.#send(message);
    this.#keepAlive();
    return promise;
  }

  /** Ends going along with a run; gives its last panel, or null when the time is over. */
  async close(directory: string, timeoutMs: number): Promise<Drawn | null> {
    const run = this.#runs.get(directory);
    if (run === undefined || this.#givenUp) return null;
    const { promise, resolve } = Promise.withResolvers<Drawn | null>();
    run.closed = resolve;
    this.#send({ kind: "close", directory });
    const timer = setTimeout(() => resolve(null), timeoutMs);
    this.#keepAlive();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#runs.delete(directory);
      this.#catchInterrupts();
      this.#keepAlive();
    }
  }

  /** Handles what the worker has sent; also in the middle of a loop that never awaits. */
  poll(): void {
    const port = this.#port;
    if (port === null) return;
    for (let received; (received = receiveMessageOnPort(port)) !== undefined;) {
      this.#receive(received.message as FromWorker);
    }
  }

  #start(): void {
    if (this.#worker !== null || this.#givenUp) return;
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(this.#entry(), {
      workerData: { port: port2 },
      transferList: [port2],
      // What the worker prints must not end up in a cell.
      stdout: true,
      stderr: true,
    });
    this.#worker = worker;
    this.#port = port1;
    worker.on("error", () => {});
    worker.on("exit", () => this.#died(worker));
    worker.unref();
    port1.unref();
    this.#timer ??= setInterval(() => this.poll(), POLL_MS);
    Deno.unrefTimer(this.#timer as unknown as number);
    for (const [directory, { live, services }] of this.#runs) {
      this.#send({ kind: "open", directory, live, services });
    }
    for (const { message } of this.#tickets.values()) this.#send(message);
    this.#catchInterrupts();
  }

  #catchInterrupts(): void {
    const wanted = [...this.#runs.values()].some((run) => run.interrupt);
    this.#send({ kind: "interrupts", catch: wanted });
  }

  /** A module that came over https cannot be a worker's entry, but can be imported by one. */
  #entry(): URL {
    if (this.#url.protocol === "file:") return this.#url;
    return new URL(
      `data:text/javascript,import ${encodeURIComponent(JSON.stringify(this.#url.href))}`,
    );
  }

  #send(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#port?.postMessage(message, [...transfer]);
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case "panel":
        this.#runs.get(message.directory)?.events.panel(message.drawn);
        return;
      case "closed":
        this.#runs.get(message.directory)?.closed?.(message.drawn);
        return;
      case "drawn":
        this.#tickets.get(message.ticket)?.resolve(message.drawn);
        this.#settle(message.ticket);
        return;
      case "failed":
        this.#tickets.get(message.ticket)?.reject(new Error(`Cannot draw: ${message.message}`));
        this.#settle(message.ticket);
        return;
      case "warning":
        for (const [directory, { events }] of this.#runs) {
          if (message.directory === directory || message.directory === "") {
            events.warning(message.message);
          }
        }
        return;
      case "report":
        this.#runs.get(message.directory)?.events.report(message.report);
        return;
      case "vanished":
        this.#runs.get(message.directory)?.events.vanished();
        return;
      case "interrupt":
        for (const { events } of this.#runs.values()) events.interrupt();
        return;
    }
  }

  #settle(ticket: number): void {
    this.#tickets.delete(ticket);
    this.#keepAlive();
  }

  /** The process stays alive for as long as somebody awaits a drawing, and not for a run. */
  #keepAlive(): void {
    if (this.#timer === undefined) return;
    const waiting = this.#tickets.size > 0 ||
      [...this.#runs.values()].some((run) => run.closed !== undefined);
    const timer = this.#timer as unknown as number;
    if (waiting) Deno.refTimer(timer);
    else Deno.unrefTimer(timer);
  }

  #died(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.poll();
    this.#worker = null;
    this.#port?.close();
    this.#port = null;
    const now = performance.now();
    this.#restarts = [...this.#restarts.filter((time) => now - time < RESTART_WINDOW_MS), now];
    for (const { events } of this.#runs.values()) events.died();
    if (this.#restarts.length <= MAX_RESTARTS) {
      this.#start();
      return;
    }
    this.#givenUp = true;
    for (const run of this.#runs.values()) {
      run.events.warning("The background worker ended several times; charts are off");
      run.closed?.(null);
    }
    for (const { reject } of this.#tickets.values()) {
      reject(new Error(GIVEN_UP));
    }
    this.#tickets.clear();
    this.#keepAlive();
  }
}

/** The worker of this process. */
export const workerHost: WorkerHost = new WorkerHost();
