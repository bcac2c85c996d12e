import { diskBytes } from "./disk.ts";
import { type Figure, less, more } from "./figures.ts";
import { onServer, rowsOf, teller } from "./on_server.ts";
import type { Peer } from "./peer.ts";
import { send, sendRaw } from "./sending.ts";

const CLIENTS = 10;
const KEYS = 100;

const OWN = more(
  `${CLIENTS} clients x ${KEYS} keys, from the first log() until all can be read`,
  "values/s",
);
const RAW = more("the same without clients, of requests made before", "values/s");
const MEMORY = less(`the server's memory, the most while ${CLIENTS} clients sent`, "MB");
const DISK = less("on disk, a value, once all is at rest", "B");

/** What ten clients at once have of a tracker's server, and what that takes. */
export async function tenClients(peer: Peer): Promise<Figure[]> {
  const { figures, tell } = teller(peer);
  let values = 0;
  await onServer(peer, async (server) => {
    for (const kind of server.clients) {
      const { call, rows: { ten: rows } } = kind;
      await tell(OWN, `${call}, ${rowsOf(rows)} each`, async () => {
        const perSecond = await send(server, kind, { clients: CLIENTS, rows, keys: KEYS });
        values += CLIENTS * rows * KEYS;
        return perSecond;
      });
    }
    const { request, rows: { ten: rows } } = server.raw;
    await tell(RAW, `${request}, ${rowsOf(rows)} each`, async () => {
      const amount = { clients: CLIENTS, rows, keys: KEYS };
      const { valuesPerSecond } = await sendRaw(server, server.raw, amount);
      values += CLIENTS * rows * KEYS;
      return valuesPerSecond;
    });
    await tell(MEMORY, "", () => Promise.resolve(server.process.mostMemory() / 1e6));
  }, async (databases) => {
    await tell(DISK, "", () => Promise.resolve(diskBytes(databases) / values));
  });
  return figures;
}
