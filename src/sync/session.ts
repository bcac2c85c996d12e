import type { RunRecord } from "../run/run_record.ts";
import { stringifyExtended } from "../record/extended_json.ts";
import { askHeld, type Held } from "./held.ts";
import { configObject } from "./payload/config.ts";
import type { RunFacts } from "./payload/run_facts.ts";
import {
  aboutOf,
  changedAbout,
  type RunAddress,
  type ToldAbout,
  update,
  wasInserted,
  wholeRun,
} from "./payload/upsert.ts";
import { NOTHING_DELIVERED, type TargetKey, type TargetState } from "./state/sync_state.ts";
import type { WireClient } from "./wire/client.ts";
import { SyncFault } from "./wire/fault.ts";
import { dig, digCount, digString, graphql } from "./wire/graphql.ts";
import {
  CREATE_RUN_FILES,
  HISTORY_PAGE,
  NOTIFY_ALERT,
  NOTIFY_NAMED_ALERT,
  SERVER_FEATURES,
  UPSERT_BUCKET,
  VIEWER,
} from "./wire/operations.ts";

/** What a server can do beyond the least. */
export interface ServerFeatures {
  /** It wants rows as they come: Cellar's own. */
  readonly live: boolean;
  readonly gzip: boolean;
  readonly structuredLog: boolean;
  /** It knows globs of metric names. */
  readonly globs: boolean;
  /** It knows an alert again by the name that its sender gave it. */
  readonly namedAlerts: boolean;
}

/** Where a file may be put. */
export interface UploadPlace {
  readonly name: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** The server's names of what {@linkcode ServerFeatures} holds. */
const LIVE = "CELLAR_LIVE";
const GZIP = "FILESTREAM_GZIP";
const STRUCTURED_LOG = "STRUCTURED_CONSOLE_LOGS";
const GLOBS = "EXPAND_DEFINED_METRIC_GLOBS";
const NAMED_ALERTS = "CELLAR_NAMED_ALERTS";

const DEFAULT_ALERT_WAIT_MS = 60_000;

/** A run on a server: it was made there, or was there already. */
export class Session {
  readonly address: RunAddress & { readonly entity: string };
  readonly features: ServerFeatures;
  /** What the server held when the session began; null for a run that it has just made. */
  readonly held: Held | null;
  readonly #client: WireClient;
  /** What the server was told last. */
  #told: { readonly config: string; readonly about: ToldAbout };

  private constructor(
    client: WireClient,
    address: RunAddress & { readonly entity: string },
    { features, held, told }: {
      features: ServerFeatures;
      held: Held | null;
      told: { readonly config: string; readonly about: ToldAbout };
    },
  ) {
    this.#client = client;
    this.address = address;
    this.features = features;
    this.held = held;
    this.#told = told;
  }

  /**
   * Makes the run on the server, or finds it there.
   *
   * @param goesOn Whether the run was there a while ago: then it is made again where the server has
   * lost it, and not where somebody has deleted it.
   * @param isDelivered Whether nothing is to be done for a run of which the server holds this much;
   * then the server is only asked, and the run stays as it is.
   * @returns Null when nothing is to be done.
   * @throws {SyncFault} When the server does not answer, or will not have it.
   */
  static async open(
    client: WireClient,
    key: TargetKey,
    { record, facts, state, goesOn, isDelivered, signal }: {
      readonly record: RunRecord;
      readonly facts: RunFacts;
      readonly state: TargetState | null;
      readonly goesOn: boolean;
      readonly isDelivered: (held: Held) => boolean;
      readonly signal: AbortSignal;
    },
  ): Promise<Session | null> {
    const entity = key.entity ?? state?.entity;
    const asked = { ...key, entity: entity === "" ? undefined : entity };
    let held: Held | null | "unknown" = null;
    if (state === null) {
      await checkKey(client, signal);
    } else {
      held = await askIfKnown(client, asked, signal);
      if (held !== null && held !== "unknown" && isDelivered(held)) return null;
    }
    const features = await askFeatures(client, signal);
    const config = stringifyExtended(configObject(record, { facts, globs: features.globs }));
    const about = aboutOf(record);
    const at = { ...asked, entity: asked.entity ?? null };
    if (goesOn && held === null) {
      const change = update(at, { config, about: {}, facts });
      await graphql(client, UPSERT_BUCKET, change, signal);
    }
    const data = await graphql(
      client,
      UPSERT_BUCKET,
      wholeRun(record, at, {
        storageId: held === "unknown" ? null : held?.storageId ?? null,
        config,
        facts,
      }),
      signal,
    );
    const bucket = dig(data, "upsertBucket", "bucket");
    const address = {
      entity: digString(bucket, "project", "entity", "name") ?? asked.entity ?? "",
      project: digString(bucket, "project", "name") ?? key.project,
      id: digString(bucket, "name") ?? key.id,
    };
    if (address.entity === "") {
      throw new SyncFault("garbage", "it does not say whose project the run is in");
    }
    const lines = digCount(bucket, "historyLineCount") ?? 0;
    if (state === null && (lines > 0 || !wasInserted(data))) {
      held = await askIfKnown(client, { ...key, ...address }, signal);
    }
    if (held === "unknown") held = assumeHeld(lines, state);
    return new Session(client, address, { features, held, told: { config, about } });
  }

  /** Says how the config stands now, and what the run says of itself, where that has changed. */
  async update(record: RunRecord, facts: RunFacts, signal: AbortSignal): Promise<void> {
    const config = stringifyExtended(configObject(record, { facts, globs: this.features.globs }));
    const told = { config, about: aboutOf(record) };
    const about = changedAbout(told.about, this.#told.about);
    const isSame = config === this.#told.config;
    if (isSame && Object.keys(about).length === 0) return;
    const changes = { config: isSame ? null : config, about, facts };
    await graphql(this.#client, UPSERT_BUCKET, update(this.address, changes), signal);
    this.#told = told;
  }

  /** The server's rows of a step; none where it cannot be asked for them. */
  async rowsOfStep(step: number, signal: AbortSignal): Promise<readonly unknown[]> {
    const { entity, project, id } = this.address;
    const range = { minStep: step, maxStep: step + 1, pageSize: 10 };
    try {
      const variables = { entity, project, run: id, ...range };
      const data = await graphql(this.#client, HISTORY_PAGE, variables, signal);
      const rows = dig(data, "project", "run", "history");
      return Array.isArray(rows) ? rows : [];
    } catch (error) {
      if (error instanceof SyncFault && error.kind === "rejected") return [];
      throw error;
    }
  }

  /**
   * Passes an alert on.
   *
   * @param alert Its name is the same each time that it is sent.
   */
  async alert(
    alert: { name: string; title: string; text: string; level: string; wait?: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { entity, project, id } = this.address;
    const named = this.features.namedAlerts;
    await graphql(this.#client, named ? NOTIFY_NAMED_ALERT : NOTIFY_ALERT, {
      entityName: entity,
      projectName: project,
      runName: id,
      title: alert.title,
      text: alert.text,
      severity: alert.level,
      waitDuration: alert.wait ?? DEFAULT_ALERT_WAIT_MS,
      // The wait was kept when it was recorded; a run that is sent later sends all in one moment.
      ...(named && { waitDuration: 0, clientMutationId: alert.name }),
    }, signal);
  }

  /** Asks where files may be put; files that the server does not take are not among the answers. */
  async askUploadPlaces(names: readonly string[], signal: AbortSignal): Promise<UploadPlace[]> {
    const { entity, project, id } = this.address;
    const variables = { entity, project, run: id, files: names };
    const data = await graphql(this.#client, CREATE_RUN_FILES, variables, signal);
    const answer = dig(data, "createRunFiles");
    const files = dig(answer, "files");
    const headers = readHeaders(dig(answer, "uploadHeaders"));
    if (!Array.isArray(files)) throw new SyncFault("garbage", "it names no place for files");
    return files.flatMap((file) => {
      const name = digString(file, "name");
      const url = uploadUrl(digString(file, "uploadUrl"), this.#client.baseUrl);
      return name === undefined || url === null ? [] : [{ name, url, headers }];
    });
  }
}

/** Fails when the key is not accepted; a server that cannot say whose it is may be asked on. */
async function checkKey(client: WireClient, signal: AbortSignal): Promise<void> {
  try {
    await graphql(client, VIEWER, {}, signal);
  } catch (error) {
    if (error instanceof SyncFault && error.kind === "rejected") return;
    throw error;
  }
}

/** What a server holds; unknown where it cannot say. */
async function askIfKnown(
  client: WireClient,
  key: TargetKey,
  signal: AbortSignal,
): Promise<Held | null | "unknown"> {
  try {
    return await askHeld(client, key, signal);
  } catch (error) {
    if (error instanceof SyncFault && error.kind === "rejected") return "unknown";
    throw error;
  }
}

/** What a server holds that tells of its rows alone: of the rest, what was noted. */
function assumeHeld(history: number, state: TargetState | null): Held {
  const { events, log } = state ?? NOTHING_DELIVERED;
  return {
    storageId: null,
    history,
    events: events.line,
    log: log.line,
    lastRow: null,
    summary: {},
  };
}

async function askFeatures(client: WireClient, signal: AbortSignal): Promise<ServerFeatures> {
  const names = new Set<string>();
  try {
    const data = await graphql(client, SERVER_FEATURES, {}, signal);
    const features = dig(data, "serverInfo", "features");
    for (const feature of Array.isArray(features) ? features : []) {
      const name = digString(feature, "name");
      if (name !== undefined && dig(feature, "isEnabled") === true) names.add(name);
    }
  } catch (error) {
    // An older server knows no features.
    if (!(error instanceof SyncFault) || error.kind !== "rejected") throw error;
  }
  return {
    live: names.has(LIVE),
    gzip: names.has(GZIP),
    structuredLog: names.has(STRUCTURED_LOG),
    globs: names.has(GLOBS),
    namedAlerts: names.has(NAMED_ALERTS),
  };
}

/** `Name: value`, as the protocol has them. */
function readHeaders(lines: unknown): [string, string][] {
  if (!Array.isArray(lines)) return [];
  return lines.flatMap((line): [string, string][] => {
    const match = typeof line === "string" ? /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line) : null;
    return match === null ? [] : [[match[1] ?? "", match[2] ?? ""]];
  });
}

/** An address that a file may be put at; null when it is none. */
function uploadUrl(text: string | undefined, baseUrl: string): string | null {
  const url = text === undefined ? null : URL.parse(text, `${baseUrl}/`);
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}
