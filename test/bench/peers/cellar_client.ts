import { init } from "../../../mod.ts";

/**
 * Cellar's own client, which does what the peers' clients do: `cellar_client.ts NAME KEYS`, and
 * commands on standard input. The server's address and key are in the environment.
 */
const [name = "run", keys = "3"] = Deno.args;
const dir = Deno.makeTempDirSync({ prefix: "cellar-bench-" });
const run = await init({
  project: "bench",
  name,
  dir,
  baseUrl: Deno.env.get("BENCH_URL")!,
  apiKey: Deno.env.get("BENCH_KEY")!,
  // Its samples of the machine are not part of the load.
  settings: { quiet: true, system: false },
});
// Made before: what is timed is the tracker.
const rows = Array.from(
  { length: 1_000 },
  () =>
    Object.fromEntries(
      Array.from({ length: Number(keys) }, (_, k) => [`metric_${k}`, Math.random()]),
    ),
);
console.log(`ready ${run.id}`);
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const line of text.trim().split("\n")) {
    const [command, count] = line.split(" ");
    if (command === "log") {
      for (let i = 0; i < Number(count); i++) run.log(rows[i % rows.length]!);
    } else await run.finish();
    console.log(`done ${command}`);
  }
}
Deno.removeSync(dir, { recursive: true });
