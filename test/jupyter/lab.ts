/** Opens JupyterLab with the Deno kernel on the folder `notebooks`. */

import { JUPYTER_ENV, RIG, setUp } from "./setup.ts";

await setUp();
const lab = new Deno.Command(`${RIG.bin}/jupyter-lab`, {
  args: [`--ServerApp.root_dir=${RIG.notebooks}`, ...Deno.args],
  env: JUPYTER_ENV,
}).spawn();
// The interrupt is JupyterLab's to handle, which asks before it ends.
Deno.addSignalListener("SIGINT", () => {});
Deno.exit((await lab.status).code);
