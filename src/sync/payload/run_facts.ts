import { join, RUN_FILES } from "../../record/layout.ts";

/** `wandb-metadata.json`: where and how a run was started. */
export interface RunMetadata {
  /** Who wrote it; 32 letters and digits. */
  readonly writerId: string;
  readonly content: { readonly [key: string]: unknown };
}

/** What a server is told of a run beside its rows, config and summary. */
export interface RunFacts {
  readonly metadata: RunMetadata | null;
  /** The program among the uploaded files. */
  readonly codePath: string | null;
  /** The executed cells of a notebook among the uploaded files. */
  readonly sessionHistory: string | null;
}

/** The facts of a run of which nothing is known. */
export const NO_FACTS: RunFacts = {
  metadata: null,
  codePath: null,
  sessionHistory: null,
};

/** The name that the executed cells are uploaded under. */
export const SESSION_HISTORY = "code/_session_history.ipynb";
export const METADATA_FILE = "wandb-metadata.json";

const MAX_METADATA_BYTES = 4_194_304;

/** Reads `wandb-metadata.json`; null when it is not there or is no JSON object. */
export async function readMetadata(directory: string, runId: string): Promise<RunMetadata | null> {
  const path = join(directory, RUN_FILES.files, METADATA_FILE);
  try {
    if ((await Deno.stat(path)).size > MAX_METADATA_BYTES) return null;
    const content: unknown = JSON.parse(await Deno.readTextFile(path));
    if (typeof content !== "object" || content === null || Array.isArray(content)) return null;
    const { writerId } = content as { writerId?: unknown };
    return {
      writerId: typeof writerId === "string" && /^[a-z0-9]{1,64}$/.test(writerId)
        ? writerId
        : await madeUpId(runId),
      content: content as RunMetadata["content"],
    };
  } catch {
    return null;
  }
}

/** The same one for each time that the run is sent. */
async function madeUpId(runId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(runId));
  return Array.from(new Uint8Array(digest, 0, 16), (b) => b.toString(16).padStart(2, "0")).join("");
}
