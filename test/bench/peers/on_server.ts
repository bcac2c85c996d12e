import type { Figure, Load } from "./figures.ts";
import type { Peer, PeerServer } from "./peer.ts";

/** Measures one figure of a load; what fails becomes the reason why there is none. */
export type Tell = (load: Load, how: string, measure: () => Promise<number>) => Promise<void>;

/** Keeps the figures of a tracker. */
export function teller(peer: Peer): { figures: Figure[]; tell: Tell } {
  const figures: Figure[] = [];
  const tell: Tell = async (load, how, measure) => {
    const value = await measure().catch((error) => error as Error);
    figures.push({ load, peer: peer.name, how, value });
  };
  return { figures, tell };
}

/** Works with a server on an empty folder and then, when it has ended, with what it left. */
export async function onServer(
  peer: Peer,
  work: (server: PeerServer) => Promise<void>,
  after: (databases: string[]) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "cellar-bench-" });
  try {
    const server = await peer.start(folder);
    try {
      await work(server);
    } finally {
      await server.process.stop();
    }
    await after(peer.databases(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** So many rows, in words. */
export function rowsOf(rows: number): string {
  return `${rows.toLocaleString("en-US")} rows`;
}
