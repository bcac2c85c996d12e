import { existsSync } from "@std/fs";
import { reasonOf } from "../names/reason.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { draw, drawPanel } from "../view/draw.ts";
import { Follower } from "../view/follower.ts";
import type { Drawn, DrawRequest } from "../run/companion.ts";
import type { ServiceOptions, ServiceReport, ServiceRequest } from "./messages.ts";
import { type RunService, startServices } from "./services.ts";

/** What a {@linkcode LiveRun} tells. */
export interface LiveRunEvents {
  panel(drawn: Drawn): void;
  warning(message: string): void;
  vanished(): void;
  report(report: ServiceReport, transfer?: readonly ArrayBuffer[]): void;
}

/** How a run is gone along with. */
export interface LiveRunOptions {
  /** Whether panels are drawn as rows arrive. */
  readonly live: boolean;
  readonly services: ServiceOptions;
}

/** How often the files are looked at. */
const READ_MS = 100;
/** Panels come at most four times a second, and at least once a second while rows arrive. */
const MIN_PANEL_MS = 250;
const MAX_PANEL_MS = 900;
/** Drawing takes at most this share of the worker's time, within the bounds above. */
const DRAWING_SHARE = 0.1;
const HEARTBEAT_MS = 2_000;

/** A run that the worker goes along with: it keeps the heartbeat, and draws the panel as it grows. */
export class LiveRun {
  #follower: Follower;
  readonly #directory: string;
  readonly #live: boolean;
  readonly #events: LiveRunEvents;
  readonly #services: readonly RunService[];
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #dirty = true;
  #drawing = false;
  #nextPanel = 0;
  #failed = false;
  /** Whether somebody removed the directory, and it is not there again. */
  #gone = false;

  constructor(directory: string, options: LiveRunOptions, events: LiveRunEvents) {
    this.#directory = directory;
    this.#live = options.live;
    this.#events = events;
    this.#follower = new Follower(directory);
    this.#timers.push(
      setInterval(() => this.#beat(), HEARTBEAT_MS),
      setInterval(() => this.#tick(), READ_MS),
    );
    this.#beat();
    this.#services = startServices(options.services, {
      directory,
      warn: (message) => events.warning(message),
      report: (report, transfer) => events.report(report, transfer),
      ask: (request) => this.ask(request),
      record: (all) => {
        if (all) this.#follower.readAll();
        return this.#follower.record;
      },
      show: (line) => {
        this.#follower.syncLine = line;
        this.#dirty = true;
      },
    });
  }

  /** Passes a request on; who does not know it takes no notice. */
  ask(request: ServiceRequest): void {
    for (const service of this.#services) service.receive?.(request);
  }

  /** Draws what was asked for. */
  async draw(request: DrawRequest): Promise<Drawn> {
    if (request.kind === "cells" || request.kind === "cell") {
      await Promise.allSettled(this.#services.map((service) => service.settled?.()));
    }
    return await draw(this.#follower, request);
  }

  /** Stops, with a last panel when panels were asked for. */
  async close(): Promise<Drawn | null> {
    await Promise.allSettled(this.#services.map((service) => service.close()));
    // What is delivered last can take a while, and is seen in the panel.
    await Promise.allSettled(this.#services.map((service) => service.deliver?.()));
    this.#timers.forEach(clearInterval);
    this.#follower.readAll();
    try {
      return this.#live ? await drawPanel(this.#follower) : null;
    } finally {
      this.#follower.close();
    }
  }

  #tick(): void {
    try {
      if (this.#gone) this.#lookForDirectory();
      if (this.#follower.read()) this.#dirty = true;
      if (this.#live && this.#dirty && !this.#drawing && performance.now() >= this.#nextPanel) {
        this.#drawing = true;
        this.#dirty = false;
        this.#drawPanel().finally(() => this.#drawing = false);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  async #drawPanel(): Promise<void> {
    const begin = performance.now();
    try {
      this.#events.panel(await drawPanel(this.#follower));
    } catch (error) {
      this.#fail(error);
    }
    const end = performance.now();
    const rest = (end - begin) / DRAWING_SHARE;
    this.#nextPanel = begin + Math.min(MAX_PANEL_MS, Math.max(MIN_PANEL_MS, rest));
  }

  #beat(): void {
    const now = new Date();
    const path = join(this.#directory, RUN_FILES.heartbeat);
    try {
      Deno.utimeSync(path, now, now);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) this.#beginHeartbeat(path);
      else this.#fail(error);
    }
    // Elapsed time goes on also while no row arrives.
    this.#dirty = true;
  }

  #beginHeartbeat(path: string): void {
    if (!this.#isThere()) return this.#vanished();
    try {
      Deno.writeTextFileSync(path, "");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) this.#vanished();
      else this.#fail(error);
    }
  }

  /** The folder alone says nothing: what writes files makes it again. */
  #isThere(): boolean {
    return existsSync(join(this.#directory, RUN_FILES.run));
  }

  /** Begins to follow the directory anew; the user's thread makes it again. */
  #vanished(): void {
    this.#gone = true;
    const { syncLine } = this.#follower;
    this.#follower.close();
    this.#follower = new Follower(this.#directory);
    this.#follower.syncLine = syncLine;
    this.#events.vanished();
  }

  #lookForDirectory(): void {
    if (!this.#isThere()) return;
    this.#gone = false;
    this.#beat();
    for (const service of this.#services) {
      try {
        service.beginAnew?.();
      } catch (error) {
        this.#events.warning(`Cannot begin the record anew: ${reasonOf(error)}`);
      }
    }
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#events.warning(`The live panel has a problem: ${reasonOf(error)}`);
  }
}
