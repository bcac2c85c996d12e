import { findRunDirectory } from "../run/run_directory.ts";
import type { ResolvedSettings } from "../run/settings.ts";
import type { RemoteRun } from "../sync/remote_run.ts";

/** How long `init` waits for the server, when a run is to be resumed that is not here. */
const TIMEOUT_MS = 10_000;

/**
 * Finds the run to go on with on the server, when it is asked for and not on this machine.
 *
 * @param warn Is told when the server cannot be asked, and the run may begin anew.
 * @returns Null when there is none, or none is asked for.
 * @throws {Error} When the policy forbids what is there, or needs what cannot be known.
 */
export async function findRemoteRun(
  settings: ResolvedSettings,
  { dir, apiKey, warn }: {
    readonly dir: string;
    readonly apiKey: string | undefined;
    readonly warn: (message: string) => void;
  },
): Promise<RemoteRun | null> {
  const { baseUrl, mode, resume, id, entity, project } = settings;
  if (baseUrl === undefined || mode !== "online" || resume === undefined || id === undefined) {
    return null;
  }
  if (findRunDirectory(dir, id) !== null) return null;
  // Most runs are not asked for, and an import is what a user waits for.
  const [{ askRemoteRun }, { SyncFault }] = await Promise.all([
    import("../sync/remote_run.ts"),
    import("../sync/wire/fault.ts"),
  ]);
  let remote: RemoteRun | null;
  try {
    remote = await askRemoteRun({ baseUrl, entity, project, id }, apiKey, TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof SyncFault)) throw error;
    const text = `Cannot ask ${baseUrl} for the run ${id}: ${error.message}`;
    if (resume === "must") throw new Error(text);
    warn(`${text}. It begins anew`);
    return null;
  }
  if (remote !== null && resume === "never") {
    throw new Error(`Cannot start the run ${id}: it is there already, on ${baseUrl}`);
  }
  return remote;
}
