import { isGranted } from "../record/permissions.ts";
import { existsSync } from "@std/fs";
import { join } from "../record/layout.ts";
import { resolveSystemSettings, type SystemSettings } from "../system/settings.ts";
import { checkProject, checkRunId, checkTags } from "./names.ts";

/** Whether runs are recorded and synced, only recorded, or neither. */
export type RunMode = "online" | "offline" | "disabled";

/** What to do when there is a run of the same id already. */
export type ResumePolicy = "allow" | "must" | "never";

/** Options of `init`. Each overrides the environment variable that is named with it. */
export interface InitOptions {
  /**
   * The project that the run belongs to (`WANDB_PROJECT`).
   *
   * @default {the name of the git repository, or "uncategorized"}
   */
  readonly project?: string;
  /** The user or team that owns it (`WANDB_ENTITY`). */
  readonly entity?: string;
  /**
   * The name that people see (`WANDB_NAME`).
   *
   * @default {an invented one}
   */
  readonly name?: string;
  /**
   * The id, unique in its project (`WANDB_RUN_ID`).
   *
   * @default {eight random letters and digits}
   */
  readonly id?: string;
  /** Runs of the same group are shown together (`WANDB_RUN_GROUP`). */
  readonly group?: string;
  /** What the run does, such as `train` or `eval` (`WANDB_JOB_TYPE`). */
  readonly jobType?: string;
  /** Labels of 1 to 64 characters (`WANDB_TAGS`, joined by commas). */
  readonly tags?: readonly string[];
  /** A longer description (`WANDB_NOTES`). */
  readonly notes?: string;
  /** Hyperparameters and other inputs; JSON values, nested as deep as you like. */
  readonly config?: object;
  /**
   * The folder in which the folder `cellar` of runs is made (`WANDB_DIR`).
   *
   * @default {the current directory}
   */
  readonly dir?: string;
  /**
   * `offline` records and does not sync, `disabled` does neither (`WANDB_MODE`).
   *
   * @default {"online"}
   */
  readonly mode?: RunMode;
  /**
   * Goes on with the run of the given id, from where it stopped: `must` fails when there is none,
   * `never` when there is one (`WANDB_RESUME`).
   *
   * @default {a new run, also of the same id}
   */
  readonly resume?: ResumePolicy | boolean;
  /** The server to sync to; without one nothing leaves the machine (`WANDB_BASE_URL`). */
  readonly baseUrl?: string;
  /** The key for the server (`WANDB_API_KEY`). It is never recorded. */
  readonly apiKey?: string;
  /**
   * What a second `init` does with a run that is active: finishes it, keeps both, or gives back the
   * active one.
   *
   * @default {"finish_previous" in notebooks, "create_new" in scripts}
   */
  readonly reinit?: "finish_previous" | "create_new" | "return_previous";
  /** What is seldom changed. */
  readonly settings?: RunSettings;
}

/** What is seldom changed. */
export interface RunSettings {
  /**
   * Says nothing on the terminal but warnings (`WANDB_QUIET=true`, `WANDB_SILENT=true`).
   *
   * @default {false}
   */
  readonly quiet?: boolean;
  /**
   * Refuses metric names that W&B's expressions cannot address, instead of warning.
   *
   * @default {false}
   */
  readonly strictNames?: boolean;
  /**
   * Shows the live panel in notebooks.
   *
   * @default {true}
   */
  readonly panel?: boolean;
  /**
   * Lets the stop button of a notebook fire `run.signal` instead of ending the kernel.
   *
   * @default {true}
   */
  readonly interrupt?: boolean;
  /**
   * Records what is printed (`WANDB_CONSOLE=off`).
   *
   * @default {true}
   */
  readonly capture?: boolean;
  /**
   * Records the state of the Git repository, with its changes as a patch (`WANDB_DISABLE_GIT=true`).
   *
   * @default {true}
   */
  readonly git?: boolean;
  /**
   * Copies the script and what it imports from the project (`WANDB_DISABLE_CODE=true`). Without it
   * there are no patches either.
   *
   * @default {true}
   */
  readonly code?: boolean;
  /**
   * How the hardware is sampled; false for not at all (`WANDB__DISABLE_STATS=true`).
   *
   * @default {every 2 seconds, GPUs included}
   */
  readonly system?: SystemSettings | false;
  /**
   * How long `finish` waits for the server to take what is left, in milliseconds.
   *
   * @default {30_000}
   */
  readonly syncTimeout?: number;
}

/** Settings with every default filled in. */
export interface ResolvedSettings {
  readonly project: string;
  readonly entity: string | undefined;
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly group: string | undefined;
  readonly jobType: string | undefined;
  readonly tags: readonly string[];
  readonly notes: string | undefined;
  readonly config: object;
  readonly dir: string;
  readonly mode: RunMode;
  readonly resume: ResumePolicy | undefined;
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly reinit: "finish_previous" | "create_new" | "return_previous" | undefined;
  readonly quiet: boolean;
  readonly strictNames: boolean;
  readonly panel: boolean;
  readonly interrupt: boolean;
  readonly capture: boolean;
  readonly git: boolean;
  readonly code: boolean;
  /** Null when the hardware is not sampled. */
  readonly system: SystemSettings | null;
  readonly syncTimeout: number;
}

/** Reads an environment variable; undefined when it is not set, empty, or may not be read. */
export type EnvReader = (name: string) => string | undefined;

/** Reads the environment without ever prompting. */
export function readEnv(name: string): string | undefined {
  const value = isGranted({ name: "env", variable: name }) ? Deno.env.get(name) : undefined;
  return value === "" ? undefined : value;
}

/** A longer timer fires at once. */
const MAX_TIMER_MS = 2_147_483_647;

const MODES: Record<string, RunMode> = {
  online: "online",
  run: "online",
  offline: "offline",
  dryrun: "offline",
  disabled: "disabled",
};
const RESUMES: Record<string, ResumePolicy> = {
  allow: "allow",
  auto: "allow",
  true: "allow",
  must: "must",
  never: "never",
};

/**
 * Settles what holds for a run: the options, else the `WANDB_*` environment variables, else the
 * defaults.
 *
 * @throws {TypeError} When a name breaks W&B's rules, or a word is none of those known.
 */
export function resolveSettings(
  options: InitOptions,
  env: EnvReader = readEnv,
): ResolvedSettings {
  const { settings = {} } = options;
  const resume = options.resume === undefined
    ? env("WANDB_RESUME")?.toLowerCase()
    : String(options.resume);
  const id = options.id ?? env("WANDB_RUN_ID");
  const tags = options.tags ?? env("WANDB_TAGS")?.split(",").map((tag) => tag.trim()) ?? [];
  const dir = options.dir ?? env("WANDB_DIR") ?? ".";
  return {
    project: checkProject(options.project ?? env("WANDB_PROJECT") ?? defaultProject()),
    entity: options.entity ?? env("WANDB_ENTITY"),
    name: options.name || env("WANDB_NAME"),
    id: id === undefined ? undefined : checkRunId(id),
    group: options.group ?? env("WANDB_RUN_GROUP"),
    jobType: options.jobType ?? env("WANDB_JOB_TYPE"),
    tags: checkTags(tags.filter((tag) => tag !== "")),
    notes: options.notes ?? env("WANDB_NOTES"),
    config: options.config ?? {},
    dir,
    mode: word("mode", options.mode ?? env("WANDB_MODE") ?? "online", MODES),
    resume: resume === undefined || resume === "false"
      ? undefined
      : word("resume", resume, RESUMES),
    baseUrl: checkBaseUrl(options.baseUrl ?? env("WANDB_BASE_URL")),
    apiKey: options.apiKey ?? env("WANDB_API_KEY"),
    reinit: options.reinit,
    quiet: settings.quiet ?? (isOn(env("WANDB_QUIET")) || isOn(env("WANDB_SILENT"))),
    strictNames: settings.strictNames ?? false,
    panel: settings.panel ?? true,
    interrupt: settings.interrupt ?? true,
    capture: settings.capture ?? env("WANDB_CONSOLE") !== "off",
    git: settings.git ?? !isOn(env("WANDB_DISABLE_GIT")),
    code: settings.code ?? !isOn(env("WANDB_DISABLE_CODE")),
    system: resolveSystemSettings(settings.system, env),
    syncTimeout: checkTimeout(settings.syncTimeout ?? 30_000),
  };
}

function word<T>(option: string, value: string, words: Record<string, T>): T {
  const known = Object.hasOwn(words, value) ? words[value] : undefined;
  if (known === undefined) {
    throw new TypeError(
      `Cannot start a run: ${option} ${JSON.stringify(value)} is none of ${
        Object.keys(words).join(", ")
      }`,
    );
  }
  return known;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !["0", "false", "no", "off"].includes(value.toLowerCase());
}

function checkTimeout(ms: number): number {
  if (!(ms >= 0)) throw new TypeError(`Cannot wait ${ms} ms for the server: it is no duration`);
  return Math.min(ms, MAX_TIMER_MS);
}

function checkBaseUrl(baseUrl: string | undefined): string | undefined {
  if (baseUrl === undefined) return undefined;
  const url = URL.parse(baseUrl);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new TypeError(
      `Cannot sync to ${JSON.stringify(baseUrl)}: it is no http or https address`,
    );
  }
  // A password in the address would be recorded with it.
  url.username = url.password = "";
  return url.href.replace(/\/+$/, "");
}

/** The git repository's name, and the folder's in it, as W&B names a project. */
function defaultProject(): string {
  if (!isGranted({ name: "read" })) return "uncategorized";
  const parts = Deno.cwd().replaceAll("\\", "/").split("/").filter((part) => part !== "");
  const prefix = Deno.build.os === "windows" ? "" : "/";
  for (let depth = parts.length; depth > 0; depth--) {
    const folder = prefix + parts.slice(0, depth).join("/");
    if (existsSync(join(folder, ".git"))) {
      const name = parts.slice(depth - 1).join("-").replace(/[/\\#?%:]/g, "-");
      return name.slice(0, 128);
    }
  }
  return "uncategorized";
}
