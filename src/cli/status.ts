import { loggedInServers } from "../login/login_file.ts";
import { reasonOf } from "../names/reason.ts";
import { listRunDirectories } from "../run/run_directory.ts";
import { harmless } from "../charts/escape.ts";
import { counted } from "../charts/format.ts";
import { readDelivery, type RecordedDelivery } from "../sync/recorded_delivery.ts";
import { readEach } from "./read_each.ts";
import { whoIs } from "./login.ts";
import { env, keyFor } from "./server_of.ts";

/** What `cellar status` says. */
export interface Status {
  readonly servers: readonly ServerStatus[];
  readonly runs: readonly RunStatus[];
}

/** A server, and whether its key is accepted. */
export interface ServerStatus {
  readonly server: string;
  readonly user: string | null;
  readonly problem: string | null;
}

/** A run of which a server lacks something, or that is running. */
export interface RunStatus {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly rows: number;
  readonly server: string | null;
  readonly left: number;
  readonly complete: boolean;
  readonly directory: string;
}

/** Asks the servers that there are keys for, and reads how far the runs were delivered. */
export async function readStatus(dir: string): Promise<Status> {
  const named = env("WANDB_BASE_URL");
  const servers = new Set([...await loggedInServers(), ...(named === undefined ? [] : [named])]);
  const deliveries = readEach(listRunDirectories(dir), readDelivery);
  return {
    servers: await Promise.all(Array.from(servers, serverStatus)),
    runs: deliveries.flatMap(runStatus),
  };
}

/** The same in words. */
export function statusText({ servers, runs }: Status): string {
  const lines = servers.map(({ server, user, problem }) =>
    harmless(`${server}: ${user === null ? problem : `logged in as ${user}`}`, true)
  );
  if (servers.length === 0) lines.push("Not logged in to any server");
  const shown = runs.filter(({ state, server, complete }) =>
    state === "running" || (server !== null && !complete)
  );
  lines.push(`${counted(runs.length, "run")} here, ${shown.length} running or not delivered`);
  for (const { id, name, state, rows, server, left } of shown) {
    const what = server === null ? counted(rows, "row") : `${counted(left, "row")} of ${rows} left`;
    const words = ["", id, state.padEnd(8), what, name, server ?? "local"];
    lines.push(harmless(words.join("  "), true));
  }
  return lines.join("\n");
}

async function serverStatus(server: string): Promise<ServerStatus> {
  try {
    const { user } = await whoIs(server, await keyFor(server));
    return { server, user, problem: null };
  } catch (error) {
    const problem = reasonOf(error);
    return { server, user: null, problem };
  }
}

function runStatus({ start, state, rows, targets, directory }: RecordedDelivery): RunStatus[] {
  const { id, name } = start;
  const run = { id, name, state, rows, directory };
  if (targets.length === 0) return [{ ...run, server: null, left: rows, complete: false }];
  return targets.map(({ baseUrl, left, complete }) => ({
    ...run,
    server: baseUrl,
    left,
    complete,
  }));
}
