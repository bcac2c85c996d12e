/** Who has a data folder. */
interface Holder {
  readonly pid: number;
  /** When it began, in ISO 8601. */
  readonly since: string;
  /** Where it listens, once it does. */
  readonly address?: string;
}

/** A data folder that no other server can take. */
export interface FolderLock {
  /** Says where this server listens, for those that come later. */
  listens(address: string): void;
  /** Leaves the folder to others. */
  release(): void;
}

/**
 * Takes a data folder for one server. The operating system holds the lock, and lets it go when the
 * process ends, however it ends: what a killed server has left behind is in nobody's way.
 *
 * @throws {Error} When another server has the folder.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = lockPath(folder);
  const file = await Deno.open(path, { read: true, write: true, create: true });
  try {
    if (!await file.tryLock(true)) throw new Error(refusal(folder, readHolder(path)));
  } catch (error) {
    file.close();
    throw error;
  }
  const holder: Holder = { pid: Deno.pid, since: new Date().toISOString() };
  const say = (said: Partial<Holder>) => {
    const text = new TextEncoder().encode(JSON.stringify(said) + "\n");
    file.truncateSync(0);
    file.seekSync(0, Deno.SeekMode.Start);
    file.writeSync(text);
  };
  say(holder);
  return {
    listens: (address) => say({ ...holder, address }),
    release() {
      // The file stays: another server may be waiting at it, and would lock what nobody else sees.
      file.truncateSync(0);
      file.close();
    },
  };
}

/** Where the server listens that has a folder; undefined where none has it. */
export function serverAddress(folder: string): string | undefined {
  // One that ended has emptied the file, and one that was killed listens nowhere else.
  return readHolder(lockPath(folder))?.address;
}

function lockPath(folder: string): string {
  return `${folder}/server.lock`;
}

function refusal(folder: string, holder: Partial<Holder> | undefined): string {
  const who = holder?.pid === undefined
    ? "another server"
    : `the server of process ${holder.pid}, since ${holder.since}`;
  const where = holder?.address === undefined ? "" : `, at ${holder.address}`;
  return `Cannot serve ${folder}: ${who} has it${where}`;
}

/** What the server that has the lock says of itself; it may be about to. */
function readHolder(path: string): Partial<Holder> | undefined {
  try {
    const { pid, since, address } = JSON.parse(Deno.readTextFileSync(path));
    return {
      ...(Number.isInteger(pid) && { pid }),
      ...(typeof since === "string" && { since: since.slice(0, 40) }),
      ...(typeof address === "string" && { address: address.slice(0, 200) }),
    };
  } catch {
    return undefined;
  }
}
