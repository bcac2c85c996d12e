/**
 * Watching models as they learn: `watch()` itself, and how anything can let itself be watched.
 *
 * @module
 */

export type { WatchedKind, WatchOptions } from "./model_watch.ts";
export { WATCH } from "./protocol.ts";
export type {
  GraphNode,
  ModelGraph,
  NamedValues,
  Watchable,
  WatchedStep,
  WatchedValues,
  Watcher,
} from "./protocol.ts";
export type { StepTrees, Watch } from "./run_watches.ts";
