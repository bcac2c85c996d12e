import { removeKey, writeKey } from "../login/login_file.ts";
import { reasonOf } from "../names/reason.ts";
import { WireClient } from "../sync/wire/client.ts";
import { SyncFault } from "../sync/wire/fault.ts";
import { digString, graphql } from "../sync/wire/graphql.ts";
import { VIEWER } from "../sync/wire/operations.ts";
import { CliError } from "./cli_error.ts";
import { env } from "./server_of.ts";

/** Who a key belongs to. */
export interface LoggedIn {
  readonly server: string;
  readonly user: string;
}

/**
 * Asks a server whose key it is.
 *
 * @throws {SyncFault} When it does not answer, or does not know the key.
 */
export async function whoIs(server: string, apiKey: string | undefined): Promise<LoggedIn> {
  const client = new WireClient({ baseUrl: server, apiKey });
  const data = await graphql(client, VIEWER, {}, AbortSignal.timeout(10_000));
  const user = digString(data, "viewer", "username") ?? digString(data, "viewer", "entity");
  if (user === undefined) throw new SyncFault("refused", "it does not know the key");
  return { server, user };
}

/**
 * Checks a key, and keeps it where its owner alone can read it.
 *
 * @throws {CliError} When there is no key, or the server does not accept it; then nothing is kept.
 */
export async function logIn(server: string, readSecret = askKey): Promise<LoggedIn> {
  const key = (env("WANDB_API_KEY") ?? await readSecret(server)).trim();
  if (key === "") throw new CliError(`Cannot log in to ${server}: no key was given`);
  if (!/^[!-~]+$/.test(key)) {
    throw new CliError(
      `Cannot log in to ${server}: a key has no spaces, and nothing but plain letters and digits`,
    );
  }
  try {
    const loggedIn = await whoIs(server, key);
    await writeKey(server, key);
    return loggedIn;
  } catch (error) {
    throw new CliError(
      `Cannot log in to ${server}: ${reasonOf(error)}`,
    );
  }
}

/** Forgets the key for a server; says whether there was one. */
export async function logOut(server: string): Promise<boolean> {
  return await removeKey(server);
}

/** The key from a pipe, or typed on a terminal without being shown. */
async function askKey(server: string): Promise<string> {
  if (!Deno.stdin.isTerminal()) return await readPiped();
  const say = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  const page = server.replace("://api.", "://");
  // What is typed ahead is not shown either.
  Deno.stdin.setRaw(true);
  try {
    say(`The key for ${server} (see ${page}/authorize); it is not shown: `);
    return typedLine();
  } finally {
    Deno.stdin.setRaw(false);
    say("\n");
  }
}

const MAX_KEY_BYTES = 4_096;

async function readPiped(): Promise<string> {
  let text = "";
  for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.length > MAX_KEY_BYTES) break;
  }
  return text.split("\n")[0] ?? "";
}

/** What a terminal sends for a key with Ctrl; Return is Ctrl-M, and Backspace one of two. */
const CTRL = { C: 3, D: 4, H: 8, J: 10, M: 13, U: 21 } as const;
const DELETE = 127;

/** The exit code of what Ctrl-C ends. */
const INTERRUPTED = 130;

function typedLine(): string {
  const bytes: number[] = [];
  const buffer = new Uint8Array(1);
  while (bytes.length < MAX_KEY_BYTES) {
    const n = Deno.stdin.readSync(buffer);
    const byte = buffer[0] ?? 0;
    if (n === null || byte === CTRL.M || byte === CTRL.J || byte === CTRL.D) break;
    if (byte === CTRL.C) throw new CliError("Interrupted", INTERRUPTED);
    if (byte === CTRL.U) bytes.length = 0;
    else if (byte === CTRL.H || byte === DELETE) bytes.pop();
    else bytes.push(byte);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
