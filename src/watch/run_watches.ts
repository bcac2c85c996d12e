import { JUPYTER_DISPLAY } from "../media/show.ts";
import { reasonOf } from "../names/reason.ts";
import { findWatchable } from "./find_watchable.ts";
import { GraphValue } from "./graph_value.ts";
import { ModelWatch, type WatchOptions, type WatchSink } from "./model_watch.ts";
import { WATCH, type Watchable, type WatchedStep } from "./protocol.ts";
import { treeValues } from "./read_values.ts";

/** Gradients and parameters as trees: objects and arrays that hold arrays or tensors. */
export interface StepTrees {
  /** Such as `{ layers: [{ weight, bias }] }`, recorded as `gradients/layers.0.weight`. */
  readonly gradients?: unknown;
  /** The parameters after the step. */
  readonly parameters?: unknown;
}

/** A model that is being watched. */
export interface Watch extends Disposable {
  /** Training steps seen so far. */
  readonly steps: number;
  /**
   * Tells of a training step, where the library has no optimizer that does it: after each step, with
   * what it computed. Only every `logFreq` steps is anything read.
   */
  step(values: StepTrees | (() => StepTrees)): void;
  /** Ends it. */
  unwatch(): void;
}

interface Entry {
  readonly model: unknown;
  readonly watch: ModelWatch;
  readonly end: () => void;
}

/** The models that a run watches. */
export class RunWatches {
  readonly #sink: WatchSink;
  #entries: Entry[] = [];
  #graphs = 0;

  constructor(sink: WatchSink) {
    this.#sink = sink;
  }

  /**
   * Watches a model; when it is watched already, from now on with these options.
   *
   * @throws {TypeError} When an option cannot be.
   */
  watch(model: unknown, options: WatchOptions): Watch {
    const watch = new ModelWatch(this.#sink, options);
    const known = this.#entries.some((entry) => entry.model === model && model != null);
    if (known) this.unwatch(model);
    const end = this.#begin(model, watch, options.logGraph === true && !known);
    const entry: Entry = { model, watch, end };
    this.#entries.push(entry);
    const unwatch = () => this.#end((one) => one === entry);
    const handle = {
      get steps() {
        return watch.steps;
      },
      step: (values: StepTrees | (() => StepTrees)) => watch.step(() => namedTrees(values)),
      unwatch,
      [Symbol.dispose]: unwatch,
      // A cell that ends with watch() should not show its insides.
      [JUPYTER_DISPLAY]: () => Promise.resolve({ "text/plain": watch.description }),
    };
    return handle;
  }

  /** Ends watching a model, or all of them. */
  unwatch(model?: unknown): void {
    this.#end((entry) => model === undefined || entry.model === model);
  }

  #begin(model: unknown, watch: ModelWatch, graph: boolean): () => void {
    let watchable: Watchable | null = null;
    try {
      watchable = findWatchable(model);
      if (watchable === null) {
        if (!isTree(model)) {
          watch.warn(
            `Cannot watch ${describe(model)}: it is no model or optimizer that is known. ` +
              `Call step() of what watch() gives after each training step`,
          );
        }
        return () => {};
      }
      if (graph) this.#recordGraph(watchable, watch);
      return watchable[WATCH](watch);
    } catch (error) {
      watch.warn(`Cannot watch the model: ${reasonOf(error)}`);
      return () => {};
    }
  }

  #recordGraph(watchable: Watchable, watch: ModelWatch): void {
    const graph = watchable.watchedGraph?.();
    if (graph === undefined) watch.warn("Cannot record the graph: this model does not tell it");
    else this.#sink.log({ [`graph_${this.#graphs++}`]: new GraphValue(graph) });
  }

  #end(which: (entry: Entry) => boolean): void {
    const [ended, kept] = [this.#entries.filter(which), this.#entries.filter((e) => !which(e))];
    this.#entries = kept;
    for (const { watch, end } of ended) {
      watch.end();
      try {
        end();
      } catch (error) {
        watch.warn(`Cannot unwatch the model: ${reasonOf(error)}`);
      }
    }
  }
}

function namedTrees(values: StepTrees | (() => StepTrees)): WatchedStep {
  const { gradients, parameters } = typeof values === "function" ? values() : values;
  return { gradients: treeValues(gradients), parameters: treeValues(parameters) };
}

/** Whether it can be the parameters of who calls `step()`: nothing, or objects of arrays. */
function isTree(model: unknown): boolean {
  if (model === null || model === undefined) return true;
  if (typeof model !== "object") return false;
  for (const _ of treeValues(model)) return true;
  return false;
}

function describe(model: unknown): string {
  if (typeof model !== "object" || model === null) return `a ${typeof model}`;
  return `an object of the class ${String(model.constructor?.name ?? "Object").slice(0, 80)}`;
}
