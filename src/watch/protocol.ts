/**
 * How anything that is trained can be watched. What adapters do for libraries that they know, an
 * object can do for itself: by a method under the symbol {@linkcode WATCH}.
 *
 * @module
 */

/** The method by which an object lets itself be watched: `Symbol.for("cellar.watch")`. */
export const WATCH: unique symbol = Symbol.for("cellar.watch");

/**
 * The values of a gradient or a parameter: numbers, or chunks of them where they are not in one
 * piece. Chunks are gone through twice.
 */
export type WatchedValues = ArrayLike<number> | Iterable<ArrayLike<number>>;

/** Values with their names. A function reads them; when it throws, the others are recorded still. */
export type NamedValues = Iterable<
  readonly [name: string, values: WatchedValues | (() => WatchedValues)]
>;

/** What a training step did; each is read only when it is to be recorded. */
export interface WatchedStep {
  /** The gradients of the step. */
  readonly gradients?: NamedValues;
  /** The parameters after the step. */
  readonly parameters?: NamedValues;
}

/** What an object that is watched talks to. */
export interface Watcher {
  /**
   * Tells that a training step is done. Most calls only count; `read` is called when the step is to
   * be recorded, and its values are reduced before this returns.
   */
  step(read: () => WatchedStep): void;
  /** Says once what stands in the way. */
  warn(message: string): void;
}

/** A layer, or another part, of a model. */
export interface GraphNode {
  /** Unique in the graph. */
  readonly id: string;
  /** What people see. */
  readonly name: string;
  /** The type of the layer. */
  readonly className: string;
  /** The shape of what it gives; null for a dimension that varies. */
  readonly outputShape?: readonly unknown[];
  /** How many numbers it learns. */
  readonly parameters?: number;
}

/** The layers of a model, and which gives its output to which. */
export interface ModelGraph {
  /** In their order. */
  readonly nodes: readonly GraphNode[];
  /** Ids, from and to. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/**
 * Something that lets itself be watched.
 *
 * @example
 * ```ts
 * import { WATCH, type Watchable, type Watcher } from "@cellar/cellar";
 *
 * class Perceptron implements Watchable {
 *   weights = new Float32Array(10);
 *   gradient = new Float32Array(10);
 *   #watcher: Watcher | null = null;
 *
 *   [WATCH](watcher: Watcher) {
 *     this.#watcher = watcher;
 *     return () => {
 *       this.#watcher = null;
 *     };
 *   }
 *
 *   train() {
 *     this.#watcher?.step(() => ({
 *       gradients: [["weights", this.gradient]],
 *       parameters: [["weights", this.weights]],
 *     }));
 *   }
 * }
 * ```
 */
export interface Watchable {
  /**
   * Begins to be watched.
   *
   * @returns What ends it.
   */
  [WATCH](watcher: Watcher): () => void;
  /** The layers, where there are any. */
  watchedGraph?(): ModelGraph;
}
