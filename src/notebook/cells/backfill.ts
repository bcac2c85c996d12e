/** A cell that was executed before the recording began. */
export interface BackfilledCell {
  readonly source: string;
  /** Whether the source is what the kernel made of it: without types, formatted anew. */
  readonly transpiled: boolean;
}

/** How the kernel begins the script that it makes of a cell. */
const CELL_PREFIX = "'use strict'; void 0;";
/** Longer scripts are no cells that a person wrote. */
const MAX_SCRIPT = 10_000_000;

interface ScriptParsed {
  readonly params: { readonly scriptId: string; readonly url: string; readonly length?: number };
}

/**
 * The cells that this kernel has executed so far, oldest first, the running one last, with the
 * source that the kernel made of them. V8 forgets the scripts of cells that left nothing behind
 * when it collects garbage, and a cell that does not compile has no script: those are missing.
 *
 * Must be called in the user's thread. Takes one turn of the event loop.
 *
 * @returns An empty list where there is no inspector.
 */
export async function backfillCells(): Promise<BackfilledCell[]> {
  let session: import("node:inspector").Session;
  try {
    const { Session } = await import("node:inspector");
    session = new Session();
    session.connect();
  } catch {
    return [];
  }
  const scripts: string[] = [];
  const seen = ({ params }: ScriptParsed) => {
    if (params.url === "" && !((params.length ?? 0) > MAX_SCRIPT)) scripts.push(params.scriptId);
  };
  try {
    session.on("Debugger.scriptParsed", seen);
    await post(session, "Debugger.enable");
    // The events come with the next turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 0));
    session.removeListener("Debugger.scriptParsed", seen);
    const sources = await Promise.all(scripts.map(async (scriptId) => {
      const found = await post(session, "Debugger.getScriptSource", { scriptId });
      return String((found as { scriptSource?: unknown } | undefined)?.scriptSource ?? "");
    }));
    return sources.filter((source) => source.startsWith(CELL_PREFIX)).map((source) => ({
      source: source.slice(CELL_PREFIX.length).replace(/\n$/, ""),
      transpiled: true,
    }));
  } catch {
    return [];
  } finally {
    await post(session, "Debugger.disable").catch(() => {});
    session.disconnect();
  }
}

function post(
  session: import("node:inspector").Session,
  method: string,
  params: Record<string, unknown> = {},
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  session.post(
    method,
    params,
    (error: Error | null, result?: unknown) => error === null ? resolve(result) : reject(error),
  );
  return promise;
}
