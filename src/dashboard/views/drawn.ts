import type { Store } from "../../server/store/store.ts";
import type { ChartItem } from "../views.ts";

/** Charts kept, some 15 kB each. */
const CAPACITY = 600;
const caches = new WeakMap<Store, RecentlyDrawn>();

/** The charts of a store that were drawn lately. A chart of a run that is over never changes. */
export function drawn(store: Store): RecentlyDrawn {
  let cache = caches.get(store);
  if (cache === undefined) caches.set(store, cache = new RecentlyDrawn());
  return cache;
}

class RecentlyDrawn {
  readonly #items = new Map<string, ChartItem>();

  get(name: string): ChartItem | undefined {
    const item = this.#items.get(name);
    if (item !== undefined) {
      // A map forgets none of its order: the oldest is always the first.
      this.#items.delete(name);
      this.#items.set(name, item);
    }
    return item;
  }

  set(name: string, item: ChartItem): void {
    this.#items.set(name, item);
    if (this.#items.size > CAPACITY) this.#items.delete(this.#items.keys().next().value!);
  }
}
