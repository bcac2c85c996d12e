import { extname } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { harmless } from "../charts/escape.ts";
import { counted } from "../charts/format.ts";
import { CliError } from "./cli_error.ts";
import { EXPORT_FORMATS, type ExportFormat } from "./export.ts";
import { findRun, RUN_ARGUMENT } from "./find_run.ts";
import { dirOf } from "./dir_of.ts";
import type { Print } from "./program.ts";
import { checked, serverOf } from "./server_of.ts";

/** Adds the commands that take runs elsewhere: to a file, to a server. */
export function addSyncCommands(cellar: Command, print: Print): void {
  const dir = () => dirOf(cellar);

  cellar.command("export")
    .description("Writes the rows of a run as a table")
    .argument("[run]", RUN_ARGUMENT)
    .addOption(
      new Option("-f, --format <format>", "what to write; told from the file's name when left out")
        .choices(EXPORT_FORMATS),
    )
    .option("-o, --output <file>", "where to write it; printed when left out")
    .option(
      "-k, --keys <keys>",
      "the columns, joined by commas, or given one by one; all when left out",
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option("--json", "the same as --format json")
    .action(async (named: string | undefined, options: ExportFlags) => {
      const { exportRun } = await import("./export.ts");
      const { output, keys } = options;
      const format = options.json ? "json" : options.format ?? formatOf(output);
      const { rows, columns } = await exportRun(
        findRun(named, dir()),
        { format, output, keys },
        print,
      );
      if (output !== undefined) {
        print(`Wrote ${counted(rows, "row")} of ${counted(columns, "column")} to ${output}`);
      }
    });

  cellar.command("sync")
    .description("Delivers runs to a server: finished, crashed and running ones; repeating is safe")
    .argument(
      "[runs...]",
      "run directories, ids, names, or folders of runs; what is left when left out",
    )
    .option("--base-url <url>", "the server; the one that the run names when left out")
    .option("--entity <name>", "the user or team that is to own the runs there")
    .option("--project <name>", "the project that they are to be in there")
    .option("--timeout <seconds>", "how long a server may fail before it is given up", seconds, 30)
    .option("--json", "prints JSON")
    .action(async (named: string[], options: SyncFlags) => {
      const { syncRuns } = await import("./sync.ts");
      const { entity, project, timeout, json = false } = options;
      const baseUrl = options.baseUrl === undefined ? undefined : checked(options.baseUrl);
      await syncRuns(named, dir(), { baseUrl, entity, project, timeout, json }, print);
    });

  cellar.command("login")
    .description("Checks a key for a server, and keeps it readable by you alone")
    .argument("[url]", "the server; WANDB_BASE_URL when left out")
    .option("--json", "prints JSON")
    .addHelpText("after", "\nThe key is read from WANDB_API_KEY, a pipe, or the terminal.")
    .action(async (url: string | undefined, options: { json?: true }) => {
      const { logIn } = await import("./login.ts");
      const loggedIn = await logIn(await serverOf(url, { how: "`cellar login URL`" }));
      if (options.json) print(JSON.stringify(loggedIn));
      else print(harmless(`Logged in to ${loggedIn.server} as ${loggedIn.user}`, true));
    });

  cellar.command("logout")
    .description("Forgets the key for a server")
    .argument("[url]", "the server; WANDB_BASE_URL when left out")
    .option("--json", "prints JSON")
    .action(async (url: string | undefined, options: { json?: true }) => {
      const { logOut } = await import("./login.ts");
      const server = await serverOf(url, { how: "`cellar logout URL`" });
      const forgotten = await logOut(server);
      if (options.json) print(JSON.stringify({ server, forgotten }));
      else print(forgotten ? `Forgot the key for ${server}` : `There is no key for ${server}`);
    });

  cellar.command("status")
    .description("Says which servers accept your keys, and which runs they do not have")
    .option("--json", "prints JSON")
    .action(async (options: { json?: true }) => {
      const { readStatus, statusText } = await import("./status.ts");
      const status = await readStatus(dir());
      print(options.json ? JSON.stringify(status, null, 2) : statusText(status));
    });
}

interface SyncFlags {
  readonly baseUrl?: string;
  readonly entity?: string;
  readonly project?: string;
  readonly timeout: number;
  readonly json?: true;
}

interface ExportFlags {
  readonly format?: ExportFormat;
  readonly output?: string;
  readonly keys?: readonly string[];
  readonly json?: true;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError("It is no number of seconds.");
  return value;
}

/** What a file's name says that it is; a name that says something else is asked about. */
function formatOf(output: string | undefined): ExportFormat {
  const extension = output === undefined ? "" : extname(output).slice(1).toLowerCase();
  if (extension === "") return "csv";
  const format = EXPORT_FORMATS.find((known) => known === extension);
  if (format !== undefined) return format;
  throw new CliError(
    `Cannot tell what to write to ${JSON.stringify(output)}: its name ends with none of ` +
      `${EXPORT_FORMATS.map((known) => `.${known}`).join(", ")}. Give --format`,
  );
}
