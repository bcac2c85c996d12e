/** The real worker, which dies once for each file that it finds to remove. */

import process from "node:process";

await import("../../src/worker/main.ts");

const deaths = Deno.env.get("CELLAR_TEST_DEATHS")!;
setInterval(() => {
  const [death] = Deno.readDirSync(deaths);
  if (death === undefined) return;
  Deno.removeSync(`${deaths}/${death.name}`);
  process.exit(1);
}, 20);
