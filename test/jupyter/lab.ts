/** Opens JupyterLab with the Deno kernel on the folder `notebooks`, with arguments of its own. */

import { JUPYTER_ENV, RIG, setUp } from "./setup.ts";

await setUp();
const root = Deno.build.os !== "windows" && Deno.uid() === 0 ? ["--allow-root"] : [];
const lab = new Deno.Command(`${RIG.bin}/python`, {
  args: ["-m", "jupyterlab", `--ServerApp.root_dir=${RIG.notebooks}`, ...root, ...Deno.args],
  env: JUPYTER_ENV,
}).spawn();
// The interrupt is JupyterLab's to handle, which asks before it ends.
Deno.addSignalListener("SIGINT", () => {});
Deno.exit((await lab.status).code);
