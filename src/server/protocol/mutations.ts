import { makeRunId, makeRunName } from "../../names/identifiers.ts";
import { normalizeFilePath } from "../files/paths.ts";
import { checkEntityName } from "../people/entity_names.ts";
import { demandWrite } from "../people/visitor.ts";
import { Refusal } from "../refusal.ts";
import type { RunState, StoredRun } from "../store/store.ts";
import { isGoingOn, refuseDeleted } from "./deleted_runs.ts";
import { branchPointOf, findParent, fork, rewind } from "./branch.ts";
import { checkProjectName, checkRunName, checkTags } from "./check_names.ts";
import type { Context } from "./context.ts";
import { makeId, readId } from "./ids.ts";
import { isSynced } from "./repeats.ts";
import { boundedText, patchOf, type UpsertBucketInput } from "./run_patch.ts";
import { signedUrl } from "./types/file.ts";
import { ProjectType } from "./types/project.ts";
import { RunType } from "./types/run.ts";

const STATES: readonly RunState[] = [
  "pending",
  "running",
  "finished",
  "failed",
  "crashed",
  "killed",
  "preempting",
  "preempted",
];

/** The project of a run for which nobody has named one. */
const DEFAULT_PROJECT = "uncategorized";

/** How many files are asked for at once, at most. */
const MAX_FILES = 5000;

/** Longer names of a sender's own are cut. */
const MAX_SENDER_ID = 200;

/** What clients can change. */
export const MUTATIONS = {
  async upsertBucket({ input }: { input: UpsertBucketInput }, context: Context) {
    const { store } = context.services;
    const patch = patchOf(input);
    if (input.tags) checkTags(input.tags);
    if (input.id) {
      const run = await runById(input.id, context);
      const changed = await store.runs.update(run.key, patch);
      return { bucket: changed && new RunType(changed), inserted: false };
    }
    const entity = checkEntityName(input.entityName || ownEntity(context));
    demandWrite(context.visitor, entity);
    const name = checkProjectName(input.modelName || DEFAULT_PROJECT);
    const id = checkRunName(input.name || makeRunId());
    if (isGoingOn(input)) {
      await refuseDeleted(store, { entity, project: name, run: id });
    }
    const branch = branchPointOf(patch.config);
    const known = branch && await store.runs.find(entity, name, id);
    // A run that has rows of its own goes on from them, whatever has become of its parent.
    const parent = branch === undefined || (known?.historyLines ?? 0) > 0
      ? undefined
      : await findParent(context.services, { entity, name }, branch);
    const { project } = await store.projects.ensure(entity, name, context.at);
    const { run, inserted } = await store.runs.upsert(project.key, id, patch, {
      username: ownEntity(context),
      displayName: makeRunName(project.runs + 1),
      at: context.services.now(),
    });
    const forked = parent !== undefined && run.historyLines === 0
      ? await fork(context.services, run, parent, branch!.step)
      : run;
    return { bucket: new RunType(forked), inserted };
  },

  async rewindRun(
    { input }: {
      input: {
        runName: string;
        entityName?: string | null;
        projectName?: string | null;
        metricName: string;
        metricValue: number;
      };
    },
    context: Context,
  ) {
    if (input.metricName !== "_step") {
      throw new Refusal(
        `Cannot rewind the run by ${JSON.stringify(input.metricName)}: only by _step`,
      );
    }
    const run = await runByName({ ...input, runName: input.runName }, context);
    return { rewoundRun: new RunType(await rewind(context.services, run, input.metricValue)) };
  },

  async deleteRun({ input }: { input: { id: string } }, context: Context) {
    const run = await runById(input.id, context);
    await context.services.files.deleteRun(run);
    return { clientMutationId: null };
  },

  async stopRun({ input }: { input: { id: string } }, context: Context) {
    const run = await runById(input.id, context);
    await context.services.store.runs.update(run.key, { stopRequested: true });
    return { success: true };
  },

  async updateRunState({ input }: { input: { id: string; state: string } }, context: Context) {
    const run = await runById(input.id, context);
    await context.services.store.runs.update(run.key, { state: checkState(input.state) });
    return { success: true };
  },

  async upsertModel(
    { input }: {
      input: { name?: string | null; entityName?: string | null; description?: string | null };
    },
    context: Context,
  ) {
    const { projects } = context.services.store;
    const entity = checkEntityName(input.entityName || ownEntity(context));
    demandWrite(context.visitor, entity);
    const name = checkProjectName(input.name || "");
    const { project, inserted } = await projects.ensure(entity, name, context.at);
    const description = boundedText(input.description);
    if (description !== undefined) await projects.describe(project.key, description);
    const changed = new ProjectType({
      ...project,
      description: description ?? project.description,
    });
    return { project: changed, model: changed, inserted };
  },

  async createRunFiles(
    { input }: {
      input: { entityName: string; projectName: string; runName: string; files: string[] };
    },
    context: Context,
  ) {
    if (input.files.length > MAX_FILES) {
      throw new Refusal(`Cannot upload ${input.files.length} files at once: at most ${MAX_FILES}`);
    }
    const run = await runByName(input, context);
    return {
      runID: makeId("Run", run.key),
      uploadHeaders: [],
      // The client finds them by the names that it gave.
      files: input.files.map((name) => ({
        name,
        uploadUrl: signedUrl(context, "put", run.key, normalizeFilePath(name)),
      })),
    };
  },

  async markRunFilesUploaded(
    { input }: {
      input: { entityName?: string | null; projectName?: string | null; runName?: string | null };
    },
    context: Context,
  ) {
    // Files are whole once their upload was answered.
    await runByName({ ...input, runName: input.runName ?? "" }, context);
    return { success: true };
  },

  async deleteFiles({ input }: { input: { files: string[] } }, context: Context) {
    const { store, files } = context.services;
    for (const id of input.files.slice(0, MAX_FILES)) {
      const key = readId("File", id);
      const file = key === undefined ? undefined : await store.files.get(key);
      const run = file && await store.runs.get(file.run);
      if (file === undefined || run === undefined || !context.visitor.mayRead(run.entity)) {
        throw new Refusal(`Cannot delete the file: there is none of the id ${JSON.stringify(id)}`);
      }
      demandWrite(context.visitor, run.entity);
      await files.remove(file);
    }
    return { success: true };
  },

  async notifyScriptableRunAlert(
    { input }: {
      input: {
        entityName: string;
        projectName: string;
        runName: string;
        title: string;
        text: string;
        severity?: "INFO" | "WARN" | "ERROR" | null;
        waitDuration?: number | null;
        clientMutationId?: string | null;
      };
    },
    context: Context,
  ) {
    const { services } = context;
    const run = await runByName(input, context);
    await services.store.runs.addAlert(run.key, {
      title: input.title.slice(0, 200),
      text: input.text.slice(0, 10_000),
      level: input.severity ?? "INFO",
      at: services.now(),
    }, {
      wait: input.waitDuration ?? 0,
      byContent: isSynced(run),
      id: input.clientMutationId?.slice(0, MAX_SENDER_ID) || undefined,
    });
    return { success: true };
  },

  createArtifact() {
    throw new Refusal("Cannot create the artifact: this server does not keep artifacts yet");
  },

  upsertSweep() {
    throw new Refusal("Cannot create the sweep: this server does not run sweeps yet");
  },
};

/** The entity of who asks, where a client names none. */
function ownEntity({ visitor }: Context): string {
  if (visitor.username === null) throw new Refusal("Cannot do that: nobody is logged in", 401);
  return visitor.username;
}

async function runById(id: string, { visitor, services }: Context): Promise<StoredRun> {
  const key = readId("Run", id);
  const run = key === undefined ? undefined : await services.store.runs.get(key);
  if (run === undefined || !visitor.mayRead(run.entity)) {
    throw new Refusal(`Cannot find the run: there is none of the id ${JSON.stringify(id)}`);
  }
  demandWrite(visitor, run.entity);
  return run;
}

async function runByName(
  names: { entityName?: string | null; projectName?: string | null; runName: string },
  context: Context,
): Promise<StoredRun> {
  const { visitor, services } = context;
  const entity = names.entityName || ownEntity(context);
  const project = names.projectName || DEFAULT_PROJECT;
  const run = visitor.mayRead(entity)
    ? await services.store.runs.find(entity, project, names.runName)
    : undefined;
  if (run === undefined) {
    if (visitor.mayRead(entity)) {
      await refuseDeleted(services.store, { entity, project, run: names.runName });
    }
    const path = `${entity}/${project}/${names.runName}`.slice(0, 300);
    throw new Refusal(`Cannot find the run ${JSON.stringify(path)}`);
  }
  demandWrite(visitor, entity);
  return run;
}

function checkState(state: string): RunState {
  if (!STATES.includes(state as RunState)) {
    throw new Refusal(`Cannot set the state ${JSON.stringify(state)}: it is none of ${STATES}`);
  }
  return state as RunState;
}
