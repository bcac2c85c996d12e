import { Command } from "commander";
import { harmless } from "../charts/escape.ts";
import { formatCount } from "../charts/format.ts";
import { join, RUNS_FOLDER } from "../record/layout.ts";
import { VERSION } from "../version.ts";
import { dirOf } from "./dir_of.ts";
import { readDelivery } from "../sync/recorded_delivery.ts";
import { addServerCommands } from "./server.ts";
import { addSyncCommands } from "./sync_commands.ts";
import { readEach } from "./read_each.ts";
import { findRun, RUN_ARGUMENT } from "./find_run.ts";
import { describe, jsonValue, showHtml, showJson, showText } from "./show.ts";
import { listRunDirectories } from "../run/run_directory.ts";
import { openRun } from "../run/recorded_run.ts";
import { terminalWidth } from "../view/terminal_width.ts";

/** Where a command's output goes. */
export type Print = (text: string) => void;

/** The `cellar` command. */
export function program(print: Print): Command {
  const cellar = new Command("cellar")
    .description("Looks at recorded runs, and delivers them to servers")
    .version(VERSION)
    .option("-d, --dir <dir>", "the folder that holds the folder cellar", ".")
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: ./, inOwnWords)),
    })
    // What is wrong is an exit code of `main`, which programs call, too.
    .exitOverride();
  const dir = () => dirOf(cellar);

  cellar.command("show")
    .description("Shows a run: its state, its summary and a sparkline for each metric")
    .argument("[run]", RUN_ARGUMENT)
    .option("--html <file>", "writes its charts as one self-contained page")
    .option("--json", "prints JSON")
    .action(async (named: string | undefined, options: { html?: string; json?: true }) => {
      const directory = findRun(named, dir());
      if (options.html !== undefined) {
        await Deno.writeTextFile(options.html, await showHtml(directory));
        print(`Wrote ${options.html}`);
      } else {
        print(
          options.json
            ? showJson(directory)
            : await showText(directory, { width: terminalWidth(Deno.stdout) }),
        );
      }
    });

  cellar.command("cells")
    .description("Shows what each cell of a run's notebook did")
    .argument("[run]", RUN_ARGUMENT)
    .option("--json", "prints JSON")
    .action(async (named: string | undefined, options: { json?: true }) => {
      const { cells } = openRun(findRun(named, dir()));
      print(options.json ? JSON.stringify(cells, jsonValue, 2) : await cells.text());
    });

  cellar.command("replay")
    .description(
      "Executes the cells of a run again, on a fresh kernel, and compares what they log. " +
        "This executes the run's code, with all permissions",
    )
    .argument("[run]", RUN_ARGUMENT)
    .option("--tolerance <number>", "relative difference up to which numbers are the same", "0")
    .option("--json", "prints JSON")
    .action(async (named: string | undefined, options: { tolerance: string; json?: true }) => {
      const { replay } = await import("./replay.ts");
      await replay(findRun(named, dir()), options, print);
    });

  cellar.command("runs")
    .description("Lists the runs, newest first, and how far each was delivered")
    .option("--json", "prints JSON")
    .action((options: { json?: true }) => {
      const runs = readEach(listRunDirectories(dir()), openRun);
      if (options.json) {
        const described = runs.map((run) => ({
          ...describe(run),
          sync: readDelivery(run.directory)?.targets ?? [],
        }));
        print(JSON.stringify(described, jsonValue, 2));
        return;
      }
      if (runs.length === 0) console.error(`No runs below ${join(dir(), RUNS_FOLDER)}`);
      for (const { id, name, project, state, length, startedAt, directory } of runs) {
        const rows = `${formatCount(length)} rows`.padStart(14);
        const started = localTime(startedAt);
        const sync = syncWord(directory).padEnd(8);
        const words = [id, state.padEnd(8), rows, started, sync, project, name];
        print(harmless(words.join("  "), true));
      }
    });
  addSyncCommands(cellar, print);
  addServerCommands(cellar, print);
  return cellar;
}

/** What the parser of the command line says, as everything else is said here. */
function inOwnWords(beginning: string): string {
  return `cellar: ${beginning.slice("error: ".length).toUpperCase()}`;
}

/** A time to the minute, as the clock on the wall has it. */
function localTime(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** How a run stands with the servers that it was sent to. */
function syncWord(directory: string): string {
  const targets = readDelivery(directory)?.targets ?? [];
  if (targets.length === 0) return "local";
  return targets.every(({ left }) => left === 0) ? "synced" : "not sent";
}
