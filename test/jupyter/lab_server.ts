import { jupyterEnv, RIG } from "./rig.ts";

/** A JupyterLab server of its own, with nothing trusted and no settings but those given. */
export interface LabServer extends AsyncDisposable {
  readonly url: string;
}

/** How the server is started. */
export interface LabServerOptions {
  /** @default {"light"} */
  readonly theme?: "light" | "dark";
  /** Notebooks, relative to the root, whose outputs are trusted. @default {[]} */
  readonly trusted?: readonly string[];
}

/** Starts JupyterLab on a folder, on a free port of the loopback interface. */
export async function startLabServer(
  root: string,
  { theme = "light", trusted = [] }: LabServerOptions = {},
): Promise<LabServer> {
  const home = await Deno.makeTempDir({ prefix: "jupyterlab-" });
  const env = jupyterEnv(home);
  const settings = `${home}/app-settings`;
  await Deno.mkdir(settings);
  await Deno.writeTextFile(
    `${settings}/overrides.json`,
    JSON.stringify({
      "@jupyterlab/apputils-extension:themes": {
        theme: theme === "dark" ? "JupyterLab Dark" : "JupyterLab Light",
      },
      // They would ask the network, and cover what is photographed.
      "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    }),
  );
  for (const notebook of trusted) {
    const args = ["trust", `${root}/${notebook}`];
    await new Deno.Command(`${RIG.bin}/jupyter`, { args, env, stdin: "null" }).output();
  }
  const port = freePort();
  const log = await Deno.open(`${home}/log`, { create: true, write: true });
  const server = new Deno.Command(`${RIG.bin}/python`, {
    args: [
      "-m",
      "jupyterlab",
      "--no-browser",
      "--allow-root",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--ServerApp.port_retries=0",
      "--IdentityProvider.token=",
      `--ServerApp.root_dir=${root}`,
      `--LabApp.app_settings_dir=${settings}`,
      "--LabApp.extension_manager=readonly",
    ],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  void server.stdout.pipeTo(log.writable, { preventClose: true }).catch(() => {});
  const logged = server.stderr.pipeTo(log.writable).catch(() => {});
  const url = `http://127.0.0.1:${port}`;
  const dispose = async () => {
    // It ends its kernels before itself.
    try {
      server.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await server.status;
    await logged;
    await Deno.remove(home, { recursive: true }).catch(() => {});
  };
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(`${url}/api`).then((response) => response.text()).catch(() => null);
    if (answer !== null) return { url, [Symbol.asyncDispose]: dispose };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const text = await Deno.readTextFile(`${home}/log`);
  await dispose();
  throw new Error(`Cannot start JupyterLab: no answer within 60 s\n${text.slice(-2000)}`);
}

function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return (listener.addr as Deno.NetAddr).port;
}
