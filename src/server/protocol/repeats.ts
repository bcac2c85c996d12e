import { createHash } from "node:crypto";
import { parseRow } from "../store/extended_json.ts";
import type { LinePart, Store, StoredRun } from "../store/store.ts";

/**
 * A part of the history without the rows that the run has already, at lower numbers. The official
 * client appends a whole run when it is told to sync it once more.
 *
 * A row is the same when it says the same. That its step and its times are the same is not enough: an
 * image that is ready later comes in a row of its own, at the step and the time of its first row.
 */
export async function withoutRepeats(
  store: Store,
  run: StoredRun,
  part: LinePart,
): Promise<readonly LinePart[]> {
  const [start] = part.lines;
  if (part.stream !== "history" || part.offset === 0 || start === undefined) return [part];
  const first = identify(start);
  if (run.lastStep === null || first === null || first.step > run.lastStep) return [part];
  const to = part.offset;
  const known = await identities(store, run, { xFrom: first.step, xTo: first.step + 1, to });
  if (!known.has(first.name)) return [part];

  const rows = part.lines.map(identify);
  const steps = rows.flatMap((row) => row === null ? [] : [row.step]);
  const xFrom = steps.reduce((a, b) => Math.min(a, b));
  const xTo = steps.reduce((a, b) => Math.max(a, b)) + 1;
  const all = await identities(store, run, { xFrom, xTo, to });
  const kept: { offset: number; lines: string[] }[] = [];
  for (const [i, line] of part.lines.entries()) {
    const row = rows[i];
    if (row && all.has(row.name)) continue;
    const last = kept.at(-1);
    if (last !== undefined && last.offset + last.lines.length === to + i) last.lines.push(line);
    else kept.push({ offset: to + i, lines: [line] });
  }
  return kept.map(({ offset, lines }) => ({ stream: "history", offset, lines }));
}

async function identities(
  store: Store,
  run: StoredRun,
  range: { xFrom: number; xTo: number; to: number },
): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const block of store.lines.blocks(run.key, "history", range)) {
    for (const { text } of block) found.add(identify(text)?.name ?? "");
  }
  return found;
}

/**
 * What a row says, whatever the order of its keys; null for what is no row of a known time, which may
 * well be there twice.
 */
function identify(line: string): { step: number; name: string } | null {
  const { row } = parseRow(line);
  if (row === undefined) return null;
  const { _step: step, _timestamp: time } = row;
  if (typeof step !== "number" || typeof time !== "number") return null;
  const hash = createHash("sha256");
  for (const key of Object.keys(row).sort()) hash.update(JSON.stringify([key, row[key]]));
  return { step, name: hash.digest("base64") };
}
