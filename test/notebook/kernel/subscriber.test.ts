import { describe, expect, test } from "vitest";
import type { KernelMessage } from "../../../src/notebook/kernel/message.ts";
import { subscribe } from "../../../src/notebook/kernel/subscriber.ts";
import { wireBytes, wireParts } from "./messages.ts";
import { publisher, shake } from "./publisher.ts";

const PROBE = (id: string) =>
  wireBytes(
    wireParts("update_display_data", { data: {}, transient: { display_id: id } }, {
      parent: "now",
    }),
  );

describe("subscribe()", () => {
  test("is ready when its own probe has come back, and hands on what is signed", async () => {
    let peer: Deno.Conn | undefined;
    const { connection, close } = publisher(async (conn) => {
      peer = conn;
      await shake(conn);
    });
    const ending = new AbortController();
    const got: KernelMessage[] = [];
    const warnings: string[] = [];
    const forged = wireBytes(wireParts("stream", { text: "forged" }, { key: "wrong" }));
    let probes = 0;
    const subscription = subscribe(connection, {
      signal: ending.signal,
      onMessage: (message) => got.push(message),
      onWarning: (warning) => warnings.push(warning),
      probeEvery: 5,
      probe: (id) => {
        // The first ones are lost, as the publisher does not know of the subscription yet.
        if (probes++ < 3) return;
        const other = PROBE("cellar-probe-of-somebody-else");
        const stream = wireBytes(wireParts("stream", { text: "genuine" }));
        void peer!.write(
          Uint8Array.from([...forged, ...forged, ...other, ...PROBE(id), ...stream]),
        );
      },
    });
    expect(await subscription.ready).toMatchObject({ parent: "now" });
    while (got.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(got.map(({ content }) => content)).toEqual([{ text: "genuine" }]);
    expect(subscription.ignored["signature"]).toBeGreaterThanOrEqual(2);
    expect(warnings).toEqual(["Cannot take a message of the kernel: its signature is wrong"]);
    ending.abort();
    await subscription.closed;
    close();
  });

  test("connects again, and says that something may be missing", async () => {
    const { connection, close } = publisher(async (conn, index) => {
      // The first closes in the middle of the greeting, the second is no publisher.
      if (index === 0) conn.close();
      else if (index === 1) await conn.write(new Uint8Array(64).fill(65));
      else await shake(conn);
      if (index >= 2) peers.push(conn);
    });
    const peers: Deno.Conn[] = [];
    const ending = new AbortController();
    const warnings: string[] = [];
    const again = Promise.withResolvers<void>();
    const subscription = subscribe(connection, {
      signal: ending.signal,
      onMessage: () => {},
      onWarning: (warning) => warnings.push(warning),
      probe: (id) => {
        if (peers.length > 1) again.resolve();
        else void peers[0]?.write(PROBE(id)).then(() => peers[0]!.closeWrite()).catch(() => {});
      },
      probeEvery: 5,
    });
    await subscription.ready;
    await again.promise;
    expect(warnings).toEqual([
      expect.stringContaining("Cannot subscribe to the kernel"),
      "The connection to the kernel broke: what its cells did meanwhile is not recorded",
    ]);
    ending.abort();
    await subscription.closed;
    close();
  });

  test("ends at once when it is told to while nobody answers", async () => {
    const ending = new AbortController();
    const { connection, close } = publisher(() => new Promise(() => {}));
    const warnings: string[] = [];
    const { closed } = subscribe(connection, {
      signal: ending.signal,
      onMessage: () => {},
      onWarning: (warning) => warnings.push(warning),
      probe: () => {},
    });
    setTimeout(() => ending.abort(), 50);
    await closed;
    expect(warnings).toEqual([]);
    close();
  });
});
