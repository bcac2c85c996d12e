/**
 * The whole way of a run: a server is started, a training script is recorded and delivered to it,
 * and its page is there to look at. Everything stays in the folder `cellar`.
 *
 *     deno run -A notebooks/demo.ts
 */

import { exists } from "@std/fs";
import { fileURLToPath } from "node:url";
import { readKey } from "../src/login/login_file.ts";
import { serve } from "../src/server/mod.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");
const DATA = "cellar/server";

const loginFile = `${DATA}/login.json`;
const server = await serve({ port: 0, data: DATA, loginFile });
const key = await readKey(server.baseUrl, { path: loginFile });
const env = { WANDB_BASE_URL: server.baseUrl, WANDB_API_KEY: key ?? "" };

console.log(`A server for this machine listens on ${server.baseUrl}\n`);
await run(Deno.execPath(), ["run", "-A", `${ROOT}/notebooks/mnist.ts`]);
await run(Deno.execPath(), [
  "run",
  "-A",
  `${ROOT}/src/cli.ts`,
  "show",
  "--html",
  "cellar/mnist.html",
]);
await runNotebook();

console.log(`\nThe runs, with their charts, code, hardware and log: ${server.baseUrl}`);
if (Deno.stdout.isTerminal()) {
  console.log(`Open it in a browser: ${server.loginLink}\nCtrl-C ends the server.`);
  await new Promise((resolve) => Deno.addSignalListener("SIGINT", () => resolve(null)));
  await server.close();
} else {
  await server.close();
  console.log("To look at them, start the server again: npx deno task serve");
}
Deno.exit(0);

/** The same training in a notebook, where Jupyter has been set up. */
async function runNotebook(): Promise<void> {
  const home = `${ROOT}/.jupyter`;
  const jupyter = Deno.build.os === "windows"
    ? `${home}/venv/Scripts/jupyter.exe`
    : `${home}/venv/bin/jupyter`;
  if (!await exists(jupyter) || !await exists(`${home}/share/jupyter`)) {
    console.log("\nIn a notebook the charts grow in the cell: npx deno task lab");
    return;
  }
  console.log("\nThe same in a notebook, whose charts stay in the page that is written:");
  await run(jupyter, [
    "nbconvert",
    "--to=html",
    "--execute",
    "--log-level=WARN",
    `--output-dir=${Deno.cwd()}/cellar`,
    "--output=mnist-notebook",
    `${ROOT}/notebooks/mnist.ipynb`,
  ], {
    JUPYTER_PATH: `${home}/share/jupyter`,
    JUPYTER_RUNTIME_DIR: `${home}/runtime`,
    JUPYTER_CONFIG_DIR: `${home}/config`,
    WANDB_DIR: Deno.cwd(),
  });
  console.log("Wrote cellar/mnist-notebook.html");
}

async function run(
  program: string,
  args: readonly string[],
  more: Record<string, string> = {},
): Promise<void> {
  const { code } = await new Deno.Command(program, { args: [...args], env: { ...env, ...more } })
    .spawn().status;
  if (code !== 0) Deno.exit(code);
}
