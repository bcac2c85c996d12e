import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");
const HOME = `${ROOT}/.jupyter`;

/** Where the parts are. */
export const RIG = {
  /** The root of the project. */
  root: ROOT,
  /** The ignored folder that holds all that the tests install: nothing goes into the user's home. */
  home: HOME,
  /** The programs of the virtual environment. */
  bin: Deno.build.os === "windows" ? `${HOME}/venv/Scripts` : `${HOME}/venv/bin`,
  /** The notebooks of the project; the working directory of their kernels. */
  notebooks: `${ROOT}/notebooks`,
} as const;

/** What keeps Jupyter inside the project's folder. */
export const JUPYTER_ENV: Readonly<Record<string, string>> = jupyterEnv(HOME);

/**
 * The environment in which Jupyter finds the Deno kernel.
 *
 * @param home Where configuration, settings, trust and runtime files go.
 */
export function jupyterEnv(home: string): Readonly<Record<string, string>> {
  return {
    JUPYTER_PATH: `${HOME}/share/jupyter`,
    JUPYTER_DATA_DIR: `${home}/share/jupyter`,
    JUPYTER_CONFIG_DIR: `${home}/config`,
    JUPYTER_RUNTIME_DIR: `${home}/runtime`,
    JUPYTERLAB_SETTINGS_DIR: `${home}/config/lab/user-settings`,
    JUPYTERLAB_WORKSPACES_DIR: `${home}/config/lab/workspaces`,
    IPYTHONDIR: `${home}/ipython`,
  };
}
