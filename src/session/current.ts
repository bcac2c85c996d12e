import type { SaveOptions } from "../files/save_options.ts";
import type { AlertOptions } from "../run/alert.ts";
import type { LogData, LogOptions } from "../run/history.ts";
import type { MetricDefinition } from "../run/metric.ts";
import type { FinishReport } from "../run/finish_report.ts";
import type { Run } from "../run/run.ts";
import type { WatchOptions } from "../watch/model_watch.ts";
import type { Watch } from "../watch/run_watches.ts";

/** Runs that have not ended, in the order in which they began. */
const active: Run[] = [];
const said = new Set<string>();

/** The run that module-level functions act on: the newest that has not ended; null without one. */
export function currentRun(): Run | null {
  return active.at(-1) ?? null;
}

/** Runs that have not ended. */
export function activeRuns(): readonly Run[] {
  return [...active];
}

/** For `init`: makes a run the current one. */
export function enter(run: Run): void {
  active.push(run);
}

/** Takes a run off, when it has ended. */
export function leave(run: Run): void {
  const i = active.indexOf(run);
  if (i !== -1) active.splice(i, 1);
}

/**
 * Records a row in the current run; see {@linkcode Run.log}. Without a run it warns, once.
 *
 * @example
 * ```ts
 * import * as cellar from "@cellar/cellar";
 *
 * await cellar.init({ project: "docs", mode: "disabled" });
 * for (let i = 0; i < 3; i++) cellar.log({ loss: 1 / (i + 1) });
 * await cellar.finish();
 * ```
 */
export function log(data: LogData, options?: LogOptions): void {
  const run = currentRun();
  if (run === null) warnWithoutRun("log");
  else run.log(data, options);
}

/**
 * Says how a metric of the current run is summarized and shown; see {@linkcode Run.defineMetric}.
 *
 * @throws {TypeError} When the name is empty or has a `*` before its end, or an option is unknown.
 */
export function defineMetric(name: string, definition?: MetricDefinition): void {
  const run = currentRun();
  if (run === null) warnWithoutRun("defineMetric");
  else run.defineMetric(name, definition);
}

/** Makes files a part of the current run; see {@linkcode Run.save}. Without a run it warns, once. */
export function save(pattern: string | URL, options?: SaveOptions): void {
  const run = currentRun();
  if (run === null) warnWithoutRun("save");
  else run.save(pattern, options);
}

/** Tells people of something; see {@linkcode Run.alert}. Without a run it warns, once. */
export function alert(options: AlertOptions): void {
  const run = currentRun();
  if (run === null) warnWithoutRun("alert");
  else run.alert(options);
}

/**
 * Records how the gradients and parameters of a model are spread while it is trained; see
 * {@linkcode Run.watch}. Without a run it warns, once.
 *
 * @throws {TypeError} When an option cannot be.
 */
export function watch(model: unknown, options?: WatchOptions): Watch {
  const run = currentRun();
  if (run !== null) return run.watch(model, options);
  warnWithoutRun("watch");
  return { steps: 0, step() {}, unwatch() {}, [Symbol.dispose]() {} };
}

/** Ends watching a model, or all models, in every run. */
export function unwatch(model?: unknown): void {
  for (const run of active) run.unwatch(model);
}

/**
 * Ends the current run. Without a run it does nothing, and gives null.
 *
 * @param exitCode Zero for a run that went well.
 */
export function finish(exitCode?: number): Promise<FinishReport | null> {
  return currentRun()?.finish(exitCode) ?? Promise.resolve(null);
}

/** The summary of the current run; see {@linkcode Run.summary}. */
export const summary: Record<string, unknown> = ofCurrentRun("summary");

/** The config of the current run; see {@linkcode Run.config}. */
export const config: Record<string, unknown> = ofCurrentRun("config");

/** An object that stands for one of whichever run is current. */
function ofCurrentRun(property: "summary" | "config"): Record<string, unknown> {
  const target = (): Record<string, unknown> => {
    const run = currentRun();
    if (run !== null) return run[property];
    return {};
  };
  return new Proxy<Record<string, unknown>>({}, {
    get: (_, key) => Reflect.get(target(), key),
    has: (_, key) => Reflect.has(target(), key),
    set(_, key, value) {
      if (currentRun() === null) {
        warnWithoutRun(property);
        return true;
      }
      return Reflect.set(target(), key, value);
    },
    deleteProperty: (_, key) => Reflect.deleteProperty(target(), key),
    ownKeys: () => Reflect.ownKeys(target()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(target(), key),
    defineProperty: () => false,
  });
}

function warnWithoutRun(what: string): void {
  if (said.has(what)) return;
  said.add(what);
  console.warn(`cellar: ${what} has no run to act on. Start one first: await init({ … })`);
}
