import { commandLine } from "../kernel/command_line.ts";
import { connectionFileOf } from "../kernel/connection.ts";
import { askServers } from "./jupyter_sessions.ts";
import { findNotebookFile } from "./notebook_file.ts";

/**
 * The file of the notebook whose kernel this process is: as the environment tells, else as a Jupyter
 * Server does.
 *
 * @param cwd The kernel's working directory.
 */
export async function findNotebook(cwd: string): Promise<string | undefined> {
  const env = (name: string) => {
    try {
      return Deno.env.get(name);
    } catch {
      return undefined;
    }
  };
  const told = await findNotebookFile(env, cwd);
  if (told !== undefined) return told;
  const connectionFile = connectionFileOf(await commandLine());
  if (connectionFile === null) return undefined;
  const path = await askServers({ env, connectionFile, os: Deno.build.os });
  const info = path === undefined ? undefined : await Deno.stat(path).catch(() => undefined);
  return info?.isFile ? path : undefined;
}
