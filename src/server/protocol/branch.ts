import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import type { StoredRun } from "../store/store.ts";

/** Where a run begins that goes on from another one's history. */
export interface BranchPoint {
  /** The id of the other run, of the same project. */
  readonly run: string;
  /** The last step of it that belongs to both. */
  readonly step: number;
}

/** The branch point in a run's configuration, where the client notes it; undefined without. */
export function branchPointOf(config: string | undefined): BranchPoint | undefined {
  if (config === undefined || !config.includes('"branch_point"')) return undefined;
  const { run_id, step } = JSON.parse(config)?._wandb?.value?.branch_point ?? {};
  return typeof run_id === "string" && Number.isFinite(step) ? { run: run_id, step } : undefined;
}

/**
 * Gives a run that has no rows yet those of another one up to a step. It is done as a whole or not
 * at all, so a client that asks again because the answer was lost finds it done, or has it done.
 */
export async function fork(
  { store }: Services,
  run: StoredRun,
  parent: StoredRun,
  step: number,
): Promise<StoredRun> {
  const end = await firstLineAfter({ store }, parent, step) ?? parent.historyLines;
  await store.lines.copy(parent.key, run.key, "history", end);
  const changed = await store.runs.update(run.key, {
    summary: await summaryOfRows({ store }, run),
  });
  return changed ?? run;
}

/**
 * The run that another one is to go on from.
 *
 * @throws {Refusal} When there is none.
 */
export async function findParent(
  { store }: Services,
  project: { readonly entity: string; readonly name: string },
  { run }: BranchPoint,
): Promise<StoredRun> {
  const parent = await store.runs.find(project.entity, project.name, run);
  if (parent !== undefined) return parent;
  const [name, place] = [run, `${project.entity}/${project.name}`].map((text) =>
    JSON.stringify(text.slice(0, 200))
  );
  throw new Refusal(`Cannot fork the run ${name}: there is none in ${place}`);
}

/**
 * Takes a run back to a step: history rows from the first later one on are forgotten, and the
 * summary is what the rows that stay add up to.
 */
export async function rewind(
  { store }: Services,
  run: StoredRun,
  step: number,
): Promise<StoredRun> {
  const end = await firstLineAfter({ store }, run, step);
  if (end !== undefined) await store.lines.truncate(run.key, "history", end);
  const changed = await store.runs.update(run.key, {
    summary: await summaryOfRows({ store }, run),
    state: "running",
    stopRequested: false,
  });
  return changed ?? run;
}

async function firstLineAfter(
  { store }: Pick<Services, "store">,
  run: StoredRun,
  step: number,
): Promise<number | undefined> {
  // Steps are whole numbers: the next one is the first that goes.
  const range = { xFrom: Math.floor(step) + 1, limit: 1 };
  const [first] = await store.lines.read(run.key, "history", range);
  return first?.number;
}

/** JSON of the last number of each key. */
async function summaryOfRows(
  { store }: Pick<Services, "store">,
  run: StoredRun,
): Promise<string> {
  const summary: Record<string, unknown> = {};
  for (const { key, kind, last } of await store.series.list(run.key, "history")) {
    if (kind === "number" && last !== null) summary[key] = last;
  }
  const { lastStep } = (await store.runs.get(run.key)) ?? run;
  if (lastStep !== null) summary._step = lastStep;
  return JSON.stringify(summary);
}
