import type { KernelConnection } from "../../../src/notebook/kernel/connection.ts";
import { greeting, readyCommand } from "../../../src/notebook/kernel/zmtp.ts";

/** A publisher that does with each connection what the test says. */
export function publisher(onConnection: (connection: Deno.Conn, index: number) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let index = 0;
  void (async () => {
    for await (const connection of listener) void onConnection(connection, index++).catch(() => {});
  })().catch(() => {});
  const port = (listener.addr as Deno.NetAddr).port;
  const connection: KernelConnection = {
    transport: "tcp",
    ip: "127.0.0.1",
    iopubPort: port,
    key: "key",
  };
  return { connection, close: () => listener.close() };
}

/** Does what both sides do before anything is published. */
export async function shake(connection: Deno.Conn): Promise<void> {
  await connection.write(greeting());
  await connection.write(readyCommand("PUB"));
  const buffer = new Uint8Array(1_000);
  for (let count = 0; count < 64 + 26 + 3;) count += await connection.read(buffer) ?? 1_000;
}
