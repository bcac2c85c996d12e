import type { Drawing } from "../../charts/types.ts";
import type { Store } from "../../server/store/store.ts";
import type { ChartItem, DrawnPicture, SystemChart } from "../views.ts";

/** What was drawn last: a chart whose series has not grown is the same chart. */
class RecentlyDrawn<T> {
  readonly #items = new Map<string, T>();

  constructor(readonly capacity: number) {}

  get(name: string): T | undefined {
    const item = this.#items.get(name);
    if (item !== undefined) {
      // A map keeps the order in which names came: the oldest is always the first.
      this.#items.delete(name);
      this.#items.set(name, item);
    }
    return item;
  }

  set(name: string, item: T): void {
    this.#items.set(name, item);
    if (this.#items.size > this.capacity) this.#items.delete(this.#items.keys().next().value!);
  }
}

/** Some 10 kB each. */
const CHARTS = 600;
/** Some 100 kB each. */
const MACHINES = 40;
const TABLES = 200;
/** Some 50 kB each. */
const CLOUDS = 40;

/** The charts of metrics of a store. */
export const drawnCharts = cachesOf<ChartItem>(CHARTS);
/** The charts of the machines of a store. */
export const drawnMachines = cachesOf<readonly SystemChart[]>(MACHINES);
/** The custom charts of a store, null for those that cannot be drawn. */
export const drawnTables = cachesOf<Drawing | null>(TABLES);
/** The clouds of points of a store, null for those that cannot be drawn. */
export const drawnPoints = cachesOf<DrawnPicture | null>(CLOUDS);

function cachesOf<T>(capacity: number): (store: Store) => RecentlyDrawn<T> {
  const caches = new WeakMap<Store, RecentlyDrawn<T>>();
  return (store) => {
    let cache = caches.get(store);
    if (cache === undefined) caches.set(store, cache = new RecentlyDrawn(capacity));
    return cache;
  };
}
