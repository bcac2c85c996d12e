import type { Command } from "commander";
import { counted, formatBytes } from "../charts/format.ts";
import { CliError } from "./cli_error.ts";
import type { Print } from "./program.ts";
import { forPeople } from "./server_data.ts";
import { addPeopleCommands } from "./server_people.ts";

/** Where a server keeps everything when nobody says otherwise. */
const DATA = "cellar-server";

interface StartOptions {
  host: string;
  port: string;
  data: string;
  publicUrl?: string;
  trustProxy?: true;
  logLevel: string;
}

/** Adds `cellar server`: the server, and what is done to its data while it runs or not. */
export function addServerCommands(cellar: Command, print: Print): void {
  const server = cellar.command("server")
    .description("Serves runs of many machines, to Cellar's clients and to the wandb SDK")
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .option("--port <port>", "the port to listen on; 0 takes a free one", "8080")
    .option("--data <folder>", "the folder that holds everything", DATA)
    .option("--public-url <url>", "where clients find it, when a proxy stands before it")
    .option("--trust-proxy", "takes clients' addresses from the proxy, which alone can reach it")
    .option(
      "--log-level <level>",
      "the least that is logged: debug, info, warn, error, off",
      "warn",
    )
    .allowExcessArguments()
    .action(async (options: StartOptions, { args: [unknown] }: Command) => {
      if (unknown !== undefined) {
        throw new CliError(
          `Cannot find the command ${JSON.stringify(unknown)}: see \`cellar server --help\``,
        );
      }
      await runServer(options, print);
    });
  // Commander takes the options of `server` out of what follows its own commands, too.
  const data = () => server.opts<StartOptions>().data;

  addPeopleCommands(server, data, print);
  server.command("backup")
    .description("Copies everything, also while the server runs")
    .argument("<folder>", "where to; later copies to the same folder take what is new")
    .option("--json", "prints JSON")
    .action((folder: string, { json }: { json?: true }) => backUp(folder, data(), json, print));
}

async function runServer(options: StartOptions, print: Print): Promise<void> {
  const { serveInThread } = await import("./server_thread.ts");
  const port = Number(options.port);
  if (!/^\d{1,5}$/.test(options.port) || port > 65535) {
    throw new CliError(`Cannot listen on port ${JSON.stringify(options.port)}: it is not a port`);
  }
  const level = ["debug", "info", "warn", "error", "off"] as const;
  const logLevel = level.find((known) => known === options.logLevel);
  if (logLevel === undefined) {
    throw new CliError(`Cannot log ${JSON.stringify(options.logLevel)}: it is none of ${level}`);
  }
  // Whoever reads that it listens may end it at once.
  const ended = new Promise<void>((resolve) => {
    const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
    for (const signal of signals) Deno.addSignalListener(signal, () => resolve());
  });
  const server = await forPeople(() =>
    serveInThread({
      hostname: options.host,
      port,
      data: options.data,
      logLevel,
      ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
      ...(options.trustProxy && { trustProxy: true }),
    })
  );
  const { baseUrl, loginLink } = server;
  tell(print, [
    `Cellar listens on ${baseUrl}`,
    loginLink === null
      ? "Add users with `cellar server user add NAME`"
      : `Log a browser in, once: ${loginLink}`,
  ]);
  await Promise.race([ended, server.failed]);
  await server.close();
  // Signal listeners would keep the process.
  Deno.exit(0);
}

/** Prints lines to whoever reads them; who has read the address need not read on. */
function tell(print: Print, lines: readonly string[]): void {
  try {
    for (const line of lines) print(line);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function backUp(
  folder: string,
  data: string,
  json: true | undefined,
  print: Print,
): Promise<void> {
  const { backUpData } = await import("../server/back_up.ts");
  const copied = await forPeople(() => backUpData(data, folder));
  const { files, bytes } = copied;
  print(
    json
      ? JSON.stringify({ folder, ...copied })
      : `Copied the database and ${counted(files, "new file")}, ${
        formatBytes(bytes)
      }, to ${folder}`,
  );
}
