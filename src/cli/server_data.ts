import { existsSync } from "@std/fs";
import type { ServerData } from "../server/open_data.ts";
import { CliError } from "./cli_error.ts";

/**
 * Works on the data of a server, which may run meanwhile.
 *
 * @param options.make Whether the folder is made when there is none.
 * @throws {CliError} When there is none, or it cannot be opened.
 */
export async function withData(
  folder: string,
  { make = false }: { readonly make?: boolean },
  work: (data: ServerData) => Promise<void>,
): Promise<void> {
  const { databasePath, openData } = await import("../server/open_data.ts");
  if (!make && !existsSync(databasePath(folder))) {
    throw new CliError(
      `Cannot open ${JSON.stringify(folder)}: there is no server's data (see --data)`,
    );
  }
  const data = await forPeople(() => openData(folder));
  try {
    await work(data);
  } finally {
    await data.store.close();
  }
}

/** What the server refuses in words is for people. */
export async function forPeople<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Cannot ")) {
      throw new CliError(error.message);
    }
    throw error;
  }
}
