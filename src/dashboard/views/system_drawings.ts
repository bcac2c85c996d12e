import type { Store, StoredRun } from "../../server/store/store.ts";
import type { SystemChart } from "../views.ts";

export async function systemDrawings(_store: Store, _run: StoredRun): Promise<SystemChart[]> {
  return await Promise.resolve([]);
}
