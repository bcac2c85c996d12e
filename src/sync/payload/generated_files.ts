import { stringify } from "yaml";
import type { ConsoleLine } from "../../record/console_lines.ts";
import { join, RUN_FILES } from "../../record/layout.ts";
import { parseLine } from "../../record/parse_line.ts";
import { writeAllSync } from "../../record/write_all.ts";
import type { RunRecord } from "../../run/run_record.ts";
import { readLines } from "../read/read_lines.ts";
import { configObject } from "./config.ts";
import type { ConfigContext } from "./config.ts";
import { summaryLine } from "./summary.ts";

const BUFFER_CHARACTERS = 262_144;

/**
 * Writes the files that a server expects at the end of a run, and that say again what the record
 * holds: `config.yaml`, `wandb-summary.json` and, when something was printed, `output.log`.
 *
 * @returns Their names.
 */
export function writeGeneratedFiles(
  directory: string,
  record: RunRecord,
  config: ConfigContext,
): string[] {
  const files = join(directory, RUN_FILES.files);
  Deno.mkdirSync(files, { recursive: true });
  const yaml = stringify(configObject(record, config), { indent: 4, sortMapEntries: true });
  Deno.writeTextFileSync(join(files, "config.yaml"), yaml);
  Deno.writeTextFileSync(join(files, "wandb-summary.json"), summaryLine(record));
  const names = ["config.yaml", "wandb-summary.json"];
  if (writeLog(join(directory, RUN_FILES.console), join(files, "output.log"))) {
    names.unshift("output.log");
  }
  return names;
}

/** Writes what was printed as plain text; false when nothing was. */
function writeLog(from: string, to: string): boolean {
  let file: Deno.FsFile | null = null;
  let text = "";
  try {
    for (const line of readLines(from, 0)) {
      const { text: printed } = parseLine<Partial<ConsoleLine>>(line.text) ?? {};
      if (typeof printed !== "string") continue;
      file ??= Deno.openSync(to, { write: true, create: true, truncate: true });
      text += printed + "\n";
      if (text.length < BUFFER_CHARACTERS) continue;
      write(file, text);
      text = "";
    }
    if (file !== null) write(file, text);
    return file !== null;
  } finally {
    file?.close();
  }
}

function write(file: Deno.FsFile, text: string): void {
  const rest = writeAllSync(file, new TextEncoder().encode(text));
  if (rest.length > 0) throw new Error("the disk is full");
}
