import { WATCH, type Watchable } from "./protocol.ts";
import { pytorchWatchable } from "./pytorch.ts";
import { tfjsWatchable } from "./tfjs.ts";

/** Libraries that are known. */
const ADAPTERS: readonly ((parts: readonly unknown[]) => Watchable | null)[] = [
  tfjsWatchable,
  pytorchWatchable,
];

/**
 * What lets a model be watched: the model itself when it knows how, else an adapter for its library.
 * Null when nothing does, so that who trains it has to tell of its steps.
 */
export function findWatchable(model: unknown): Watchable | null {
  if (isWatchable(model)) return model;
  const parts = Array.isArray(model) ? model : [model];
  if (parts.length === 0) return null;
  if (parts.every(isWatchable)) return together(parts);
  for (const adapt of ADAPTERS) {
    const found = adapt(parts);
    if (found !== null) return found;
  }
  return null;
}

function together(parts: readonly Watchable[]): Watchable {
  return {
    [WATCH](watcher) {
      const ends = parts.map((part) => part[WATCH](watcher));
      return () => ends.forEach((end) => end());
    },
  };
}

function isWatchable(value: unknown): value is Watchable {
  return typeof value === "object" && value !== null && WATCH in value &&
    typeof value[WATCH] === "function";
}
