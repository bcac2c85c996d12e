import { makeApiKey } from "../../src/server/people/api_keys.ts";
import { serve, type Server } from "../../src/server/mod.ts";
import { readKey } from "../../src/login/login_file.ts";
import { openData, type ServerData } from "../../src/server/open_data.ts";
import type { StoredRun } from "../../src/server/store/store.ts";
import { runScript } from "../session/script.ts";
import { RIG } from "../jupyter/rig.ts";
import type { Proxy } from "./proxy.ts";
import { WANDB } from "./setup.ts";

const SCRIPTS = `${RIG.root}/test/interop`;

/** A server with what it holds, and the SDK set up to use it. */
export interface Interop extends AsyncDisposable {
  readonly server: Server;
  /** What the server holds, read beside it. */
  readonly data: ServerData;
  /** Where the SDK keeps its files. */
  readonly folder: string;
  /** The name of the user that the SDK logs in as. */
  readonly user: string;
  readonly key: string;
  /**
   * Runs a script of this folder, or of elsewhere.
   *
   * @returns What it printed as JSON on its last line that is some, its output, and its exit code.
   */
  python(script: string, options?: PythonOptions): Promise<PythonResult>;
  /** Ends the server, and starts another on the same data and port, after a while. */
  restart(awayMs: number, whileAway: () => Promise<void>): Promise<void>;
  /** Runs the SDK's command. */
  wandb(args: readonly string[], options?: PythonOptions): Promise<PythonResult>;
  /** Runs a script with Cellar's own client, against the same server; `DIR` is where it records. */
  cellar(source: string): Promise<ScriptOutput>;
  /** Runs a file with Cellar's own client, in its folder. */
  cellarFile(path: string): Promise<ScriptOutput>;
  /** A run as the server has it. */
  stored(id: string): Promise<StoredRun>;
  /** The rows of a run as the server has them. */
  rows(id: string): Promise<Record<string, unknown>[]>;
}

/** How a script is run. */
export interface PythonOptions {
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** @default the folder of the SDK's files */
  readonly cwd?: string;
}

/** What a script did. */
export interface PythonResult {
  // deno-lint-ignore no-explicit-any -- whatever the script of a test has printed
  readonly result: any;
  readonly output: string;
  readonly code: number;
}

/** What a script with Cellar's client did. */
export interface ScriptOutput {
  readonly code: number;
  readonly output: string;
}

/**
 * Starts a server for the SDK.
 *
 * @param proxy What stands before it, when something does.
 */
export async function startInterop(proxy?: Proxy): Promise<Interop> {
  const folder = await Deno.makeTempDir();
  const loginFile = `${folder}/login.json`;
  const errors: string[] = [];
  const port = freePort();
  const start = () =>
    serve({
      port,
      ...(proxy !== undefined && { publicUrl: proxy.url }),
      data: `${folder}/data`,
      loginFile,
      logLevel: "error",
      writeLog: (line) => errors.push(line),
    });
  let server = await start();
  if (proxy !== undefined) proxy.target = `http://127.0.0.1:${port}`;
  const data = await openData(`${folder}/data`);
  const key = await readKey(server.baseUrl, { path: loginFile });
  const [user] = await data.store.people.list();

  const run = async (program: string, args: readonly string[], options: PythonOptions) => {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      cwd: options.cwd ?? folder,
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
        ...options.env,
      },
    }).output();
    const decoder = new TextDecoder();
    const output = decoder.decode(stdout) + decoder.decode(stderr);
    const last = decoder.decode(stdout).split("\n").findLast((line) => line.startsWith("{"));
    return { code, output, result: last === undefined ? undefined : JSON.parse(last) };
  };

  const cellarEnv = () => ({ WANDB_BASE_URL: server.baseUrl, WANDB_API_KEY: key ?? "" });
  const stored = async (id: string) => {
    const found = await data.store.runs.find(user!.username, "proj", id);
    if (found === undefined) throw new Error(`The server has no run ${id}`);
    return found;
  };

  return {
    get server() {
      return server;
    },
    data,
    folder,
    key: key ?? "",
    user: user!.username,
    stored,
    async rows(id) {
      const lines = await data.store.lines.read((await stored(id)).key, "history");
      return lines.map(({ text }) => JSON.parse(text));
    },
    async cellar(source) {
      const dir = await Deno.makeTempDir({ dir: folder });
      const { code, stdout, stderr } = await runScript(source, { dir, env: cellarEnv() });
      return { code, output: stdout + stderr };
    },
    async cellarFile(path) {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", "--config", `${RIG.root}/deno.json`, path],
        cwd: path.slice(0, path.lastIndexOf("/")),
        env: { NO_COLOR: "1", ...cellarEnv() },
        stdin: "null",
      }).output();
      const decoder = new TextDecoder();
      return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
    },
    python: (script, options = {}) =>
      run(
        WANDB.python,
        [script.startsWith("/") ? script : `${SCRIPTS}/${script}`, ...options.args ?? []],
        options,
      ),
    async restart(awayMs, whileAway) {
      await server.close();
      await whileAway();
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      server = await start();
    },
    wandb: (args, options = {}) => run(WANDB.wandb, args, options),
    async [Symbol.asyncDispose]() {
      await data.store.close();
      await server.close();
      await Deno.remove(folder, { recursive: true });
      // A test that passes although the server failed would be worth nothing.
      if (errors.length > 0) throw new Error(`The server failed: ${errors.join("\n")}`);
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
