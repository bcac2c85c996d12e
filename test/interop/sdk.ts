import { makeApiKey } from "../../src/server/people/api_keys.ts";
import { serve, type Server } from "../../src/server/mod.ts";
import { readKey } from "../../src/login/login_file.ts";
import { openData, type ServerData } from "../../src/server/open_data.ts";
import { RIG } from "../jupyter/rig.ts";
import { WANDB } from "./setup.ts";

/** A server with what it holds, and the SDK set up to use it. */
export interface Interop extends AsyncDisposable {
  readonly server: Server;
  /** What the server holds, read beside it. */
  readonly data: ServerData;
  /** Where the SDK keeps its files. */
  readonly folder: string;
  /** The name of the user that the SDK logs in as. */
  readonly user: string;
  /**
   * Runs a script of this folder.
   *
   * @returns What it printed as JSON on its last line that is some, its output, and its exit code.
   */
  python(script: string, options?: PythonOptions): Promise<PythonResult>;
  /** Ends the server, and starts another on the same data and port, after a while. */
  restart(awayMs: number, whileAway: () => Promise<void>): Promise<void>;
  /** Runs the SDK's command. */
  wandb(...args: string[]): Promise<PythonResult>;
}

/** How a script is run. */
export interface PythonOptions {
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
}

/** What a script did. */
export interface PythonResult {
  // deno-lint-ignore no-explicit-any -- whatever the script of a test has printed
  readonly result: any;
  readonly output: string;
  readonly code: number;
}

/** Starts a server for the SDK. */
export async function startInterop(): Promise<Interop> {
  const folder = await Deno.makeTempDir();
  const loginFile = `${folder}/login.json`;
  const errors: string[] = [];
  const start = (port: number) =>
    serve({
      port,
      data: `${folder}/data`,
      loginFile,
      logLevel: "error",
      writeLog: (line) => errors.push(line),
    });
  let server = await start(0);
  const data = await openData(`${folder}/data`);
  const key = await readKey(server.baseUrl, { path: loginFile });
  const [user] = await data.store.people.list();

  const run = async (program: string, args: readonly string[], env: Record<string, string>) => {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      cwd: folder,
      stdin: "null",
      env: {
        WANDB_BASE_URL: server.baseUrl,
        WANDB_API_KEY: key ?? makeApiKey(),
        WANDB_ERROR_REPORTING: "false",
        WANDB_DIR: folder,
        WANDB_CONFIG_DIR: `${folder}/config`,
        WANDB_CACHE_DIR: `${folder}/cache`,
        WANDB_DATA_DIR: `${folder}/sdk-data`,
        NETRC: `${folder}/netrc`,
        ...env,
      },
    }).output();
    const decoder = new TextDecoder();
    const output = decoder.decode(stdout) + decoder.decode(stderr);
    const last = decoder.decode(stdout).split("\n").findLast((line) => line.startsWith("{"));
    return { code, output, result: last === undefined ? undefined : JSON.parse(last) };
  };

  return {
    get server() {
      return server;
    },
    data,
    folder,
    user: user!.username,
    python: (script, { args = [], env = {} } = {}) =>
      run(WANDB.python, [`${RIG.root}/test/interop/${script}`, ...args], env),
    async restart(awayMs, whileAway) {
      await server.close();
      await whileAway();
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      server = await start(Number(new URL(server.baseUrl).port));
    },
    wandb: (...args) => run(WANDB.wandb, args, {}),
    async [Symbol.asyncDispose]() {
      await data.store.close();
      await server.close();
      await Deno.remove(folder, { recursive: true });
      // A test that passes although the server failed would be worth nothing.
      if (errors.length > 0) throw new Error(`The server failed: ${errors.join("\n")}`);
    },
  };
}
