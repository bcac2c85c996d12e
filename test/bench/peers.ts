import type { BenchRow, BenchSection } from "./bench.ts";
import { cellar } from "./peers/cellar.ts";
import { compare, type Figure } from "./peers/figures.ts";
import { mlflow } from "./peers/mlflow.ts";
import { oneClient } from "./peers/one_client.ts";
import { tenClients } from "./peers/ten_clients.ts";
import type { Peer } from "./peers/peer.ts";
import { trackio } from "./peers/trackio.ts";

/** Cellar's server and those of others, one after the other, each under the same loads. */
export const peers: BenchSection = {
  title:
    "Servers: Cellar, trackio and MLflow under the same loads, clients and all on this machine",
  async rows() {
    const figures: Figure[] = await allOf(cellar);
    const without: BenchRow[] = [];
    for (const [name, find] of Object.entries({ trackio, mlflow })) {
      try {
        figures.push(...await allOf(await find()));
      } catch (error) {
        const reason = String(error).trim().split("\n").at(-1)!;
        without.push({ what: `without ${name}: ${reason}`, measured: "" });
      }
    }
    return [...compare(figures, cellar.name), ...without];
  },
};

async function allOf(peer: Peer): Promise<Figure[]> {
  return [...await oneClient(peer), ...await tenClients(peer)];
}
