import type { Sleeper } from "./sleeper.ts";
import type { WireClient } from "./wire/client.ts";

/** Reads the key that is kept for a server now. */
export type KeyReader = () => Promise<string | undefined>;

/** How often is looked for another key. */
const LOOK_MS = 2_000;

/** Takes another key than the one that the server has refused, where one is kept by now. */
export async function takeOtherKey(client: WireClient, read?: KeyReader): Promise<boolean> {
  const key = await read?.().catch(() => undefined);
  return key !== undefined && client.useKey(key);
}

/**
 * Waits before the server is asked again, but no longer than until another key is kept, as
 * `cellar login` does it.
 */
export async function restUntilOtherKey(
  client: WireClient,
  read: KeyReader | undefined,
  { ms, sleeper, ended }: {
    readonly ms: number;
    readonly sleeper: Sleeper;
    readonly ended: () => boolean;
  },
): Promise<void> {
  const until = performance.now() + ms;
  for (let left = ms; left > 0 && !ended(); left = until - performance.now()) {
    await sleeper.sleep(Math.min(left, LOOK_MS));
    if (await takeOtherKey(client, read)) return;
  }
}
