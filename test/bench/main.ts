/**
 * Prints what the README promises and what is measured here, peers in the same run:
 * `deno task bench [section…]`.
 *
 * The machine's load is part of what is measured: ratios say more than times.
 */

import type { BenchSection } from "./bench.ts";
import { provenance } from "./provenance.ts";
import { dashboard } from "./dashboard.ts";
import { media } from "./media.ts";
import { record } from "./record.ts";
import { sync } from "./sync.ts";
import { sdk } from "./sdk.ts";
import { server } from "./server.ts";
import { peers } from "./peers.ts";
import { system } from "./system.ts";
import { cells } from "./cells.ts";
import { watch } from "./watch.ts";

const SECTIONS: Readonly<Record<string, BenchSection>> = {
  record,
  system,
  cells,
  provenance,
  media,
  watch,
  sync,
  server,
  dashboard,
  sdk,
  peers,
};

const asked = Deno.args.length > 0 ? Deno.args : Object.keys(SECTIONS);
let missed = 0;
for (const name of asked) {
  const section = SECTIONS[name];
  if (section === undefined) {
    console.error(`Cannot run ${JSON.stringify(name)}: it is none of ${Object.keys(SECTIONS)}`);
    Deno.exit(2);
  }
  console.log(`\n${section.title}`);
  for (const { what, measured, expected = "", ok } of await section.rows()) {
    if (ok === false) missed++;
    const mark = ok === undefined ? " " : ok ? "✓" : "✗";
    console.log(`  ${mark} ${what.padEnd(66)} ${measured.padStart(14)}   ${expected}`);
  }
}
console.log(missed === 0 ? "\nAll as expected." : `\n${missed} not as expected.`);
Deno.exit(missed === 0 ? 0 : 1);
