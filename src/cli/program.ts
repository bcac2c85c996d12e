import { Command } from "commander";
import { VERSION } from "../version.ts";
import { addServerCommands } from "./server.ts";
import { findRun } from "./find_run.ts";
import { describe, jsonValue, showHtml, showJson, showText } from "./show.ts";
import { listRunDirectories } from "../run/run_directory.ts";
import { openRun } from "../run/recorded_run.ts";

/** Where a command's output goes. */
export type Print = (text: string) => void;

/** The `cellar` command. */
export function program(print: Print): Command {
  const cellar = new Command("cellar")
    .description("Looks at recorded runs")
    .version(VERSION)
    .option("-d, --dir <dir>", "the folder that holds the folder cellar", ".");
  const dir = () => cellar.opts<{ dir: string }>().dir;

  cellar.command("show")
    .description("Shows a run: its state, its summary and a sparkline for each metric")
    .argument("[run]", "a run directory or the id of a run; the newest run when left out")
    .option("--html <file>", "writes its charts as one self-contained page")
    .option("--json", "prints JSON")
    .action(async (named: string | undefined, options: { html?: string; json?: true }) => {
      const directory = findRun(named, dir());
      if (options.html !== undefined) {
        await Deno.writeTextFile(options.html, await showHtml(directory));
        print(`Wrote ${options.html}`);
      } else {
        print(options.json ? showJson(directory) : await showText(directory));
      }
    });

  cellar.command("runs")
    .description("Lists the runs, newest first")
    .option("--json", "prints JSON")
    .action((options: { json?: true }) => {
      const runs = listRunDirectories(dir()).map((directory) => openRun(directory));
      if (options.json) {
        print(JSON.stringify(runs.map(describe), jsonValue, 2));
        return;
      }
      for (const { id, name, project, state, length } of runs) {
        print([id, state.padEnd(8), `${length} rows`.padStart(12), project, name].join("  "));
      }
    });
  addServerCommands(cellar, print);
  return cellar;
}
