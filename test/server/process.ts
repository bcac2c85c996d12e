import { fromFileUrl } from "../session/paths.ts";

const CLI = fromFileUrl(new URL("../../src/cli.ts", import.meta.url));

/** How `cellar server …` is started in a folder, where it keeps its data and its login file. */
export function serverCommand(
  folder: string,
  ...args: string[]
): { args: string[]; env: Record<string, string> } {
  return {
    args: ["run", "-A", CLI, "server", ...args, "--data", `${folder}/data`],
    env: { XDG_CONFIG_HOME: folder, NO_COLOR: "1" },
  };
}

/**
 * Waits until a server of {@linkcode serverCommand} listens.
 *
 * @returns Its address.
 */
export async function listening({ stdout }: Deno.ChildProcess): Promise<string> {
  const reader = stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!/listens on \S+\n/.test(said)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The server ended: ${said}`);
    said += value;
  }
  await reader.cancel();
  return /listens on (\S+)/.exec(said)![1]!;
}
