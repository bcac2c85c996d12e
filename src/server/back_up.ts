import { ensureDir, existsSync } from "@std/fs";
import { blobsPath, databasePath, openData } from "./open_data.ts";

/**
 * Copies the data of a server, which may run meanwhile, to a folder that a server can be started
 * on. Files are named after their content: those that are there already are not copied again.
 *
 * @returns How many files and bytes were copied.
 */
export async function backUpData(
  data: string,
  folder: string,
): Promise<{ files: number; bytes: number }> {
  if (!existsSync(databasePath(data))) {
    throw new Error(`Cannot back up ${data}: there is no server's data`);
  }
  if (existsSync(folder) && await Deno.realPath(folder) === await Deno.realPath(data)) {
    throw new Error(`Cannot back up ${data}: the copy would take its place`);
  }
  // Who reads the database can sign in its server's name.
  await ensurePrivate(folder);
  await ensurePrivate(blobsPath(folder));
  const { store } = await openData(data);
  let bytes = 0;
  try {
    const copy = `${databasePath(folder)}.incoming`;
    await Deno.remove(copy).catch(() => {});
    await Deno.writeFile(copy, new Uint8Array(), { mode: 0o600 });
    await store.backup(copy);
    bytes += (await Deno.stat(copy)).size;
    await Deno.rename(copy, databasePath(folder));
  } finally {
    await store.close();
  }
  let files = 0;
  for await (const { name: prefix } of Deno.readDir(blobsPath(data))) {
    if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
    await ensureDir(`${blobsPath(folder)}/${prefix}`);
    for await (const { name } of Deno.readDir(`${blobsPath(data)}/${prefix}`)) {
      const [from, to] = [data, folder].map((root) => `${blobsPath(root)}/${prefix}/${name}`);
      if (existsSync(to!)) continue;
      try {
        await Deno.copyFile(from!, `${to}.incoming`);
      } catch (error) {
        // Deleted since the database was copied: its run is gone.
        if (error instanceof Deno.errors.NotFound) continue;
        throw error;
      }
      await Deno.rename(`${to}.incoming`, to!);
      files++;
      bytes += (await Deno.stat(to!)).size;
    }
  }
  return { files, bytes };
}

/** A folder that its owner alone can open, unless somebody has made it for other things. */
async function ensurePrivate(folder: string): Promise<void> {
  if (!existsSync(folder)) await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
}
