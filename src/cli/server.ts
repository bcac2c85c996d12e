import type { Command } from "commander";
import { CliError } from "./cli_error.ts";
import type { Print } from "./program.ts";

/** Where a server keeps everything when nobody says otherwise. */
const DATA = "cellar-server";

interface StartOptions {
  host: string;
  port: string;
  data: string;
  publicUrl?: string;
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
    .option(
      "--log-level <level>",
      "the least that is logged: debug, info, warn, error, off",
      "warn",
    )
    .action((options: StartOptions) => runServer(options, print));
  // Commander takes the options of `server` out of what follows its own commands, too.
  const data = () => server.opts<StartOptions>().data;

  const user = server.command("user").description("Users of the server");
  user.command("add")
    .description("Adds a user, and prints an API key: it is shown once")
    .argument("<name>", "letters, digits, -, _ and .")
    .option("--admin", "may read and change everything")
    .option("--email <address>", "where people reach them", "")
    .option("--team <team[:role]>", "a team that they join as owner, member or reader")
    .action((name: string, options: AddOptions) => addUser(name, data(), options, print));
  user.command("list")
    .description("Lists the users with their teams")
    .option("--json", "prints JSON")
    .action(({ json }: { json?: true }) => listUsers(data(), json ?? false, print));
  user.command("key")
    .description("Prints a new API key for a user: it is shown once")
    .argument("<name>", "the user")
    .action((name: string) => addUserKey(name, data(), print));

  server.command("link")
    .description("Prints a link that logs a browser in once, within 15 minutes")
    .argument("[name]", "the user; the first administrator when left out")
    .option("--url <url>", "where the server is", "http://127.0.0.1:8080")
    .action((name: string | undefined, { url }: { url: string }) =>
      printLink(name, url, data(), print)
    );
  server.command("backup")
    .description("Copies everything, also while the server runs")
    .argument("<folder>", "where to; later copies to the same folder take what is new")
    .action((folder: string) => backUp(folder, data(), print));
}

async function runServer(options: StartOptions, print: Print): Promise<void> {
  const { serveInThread } = await import("./server_thread.ts");
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
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
    })
  );
  print(`Cellar listens on ${server.baseUrl}`);
  if (server.loginLink !== null) print(`Log a browser in, once: ${server.loginLink}`);
  else print("Add users with `cellar server user add NAME`");
  await Promise.race([ended, server.failed]);
  await server.close();
  // Signal listeners would keep the process.
  Deno.exit(0);
}

interface AddOptions {
  email: string;
  admin?: true;
  team?: string;
}

async function addUser(
  name: string,
  data: string,
  options: AddOptions,
  print: Print,
): Promise<void> {
  const [team, role = "member"] = options.team?.split(":") ?? [];
  if (role !== "owner" && role !== "member" && role !== "reader") {
    throw new CliError(`Cannot give the role ${JSON.stringify(role)}: owner, member or reader`);
  }
  await withData(data, async ({ store }) => {
    const { addKey } = await import("../server/people/login_pages.ts");
    const { checkEntityName } = await import("../server/people/entity_names.ts");
    // deno-lint-ignore require-await -- what throws must reject
    await forPeople(async () => {
      checkEntityName(name);
      if (team) checkEntityName(team);
    });
    const at = Date.now();
    const admin = options.admin ?? false;
    const user = await forPeople(() =>
      store.people.add({ username: name, email: options.email, admin, at })
    );
    if (team) await store.people.setRole(user.key, team, role);
    print(await addKey({ store, now: Date.now }, user, "made with the user"));
  });
}

async function addUserKey(name: string, data: string, print: Print): Promise<void> {
  await withData(data, async ({ store }) => {
    const { addKey } = await import("../server/people/login_pages.ts");
    const user = await store.people.find(name);
    if (user === undefined) throw new CliError(`Cannot find the user ${JSON.stringify(name)}`);
    print(await addKey({ store, now: Date.now }, user, "made on the command line"));
  });
}

async function listUsers(data: string, json: boolean, print: Print): Promise<void> {
  await withData(data, async ({ store }) => {
    const users = await Promise.all((await store.people.list()).map(async (user) => ({
      username: user.username,
      email: user.email,
      admin: user.admin,
      teams: await store.people.memberships(user.key),
    })));
    if (json) {
      print(JSON.stringify(users, null, 2));
      return;
    }
    for (const { username, admin, teams } of users) {
      const roles = teams.map(({ entity, role }) => `${entity} (${role})`).join(", ");
      print(`${username}${admin ? ", administrator" : ""}: ${roles}`);
    }
  });
}

async function printLink(
  name: string | undefined,
  url: string,
  data: string,
  print: Print,
): Promise<void> {
  await withData(data, async ({ store }) => {
    const { Sessions } = await import("../server/people/sessions.ts");
    const users = await store.people.list();
    const user = name === undefined
      ? users.find(({ admin }) => admin)
      : users.find(({ username }) => username === name);
    if (user === undefined) throw new CliError("Cannot make a link: there is no such user");
    const sessions = new Sessions(await store.people.secret("sessions"));
    const base = url.replace(/\/+$/, "");
    print(`${base}/login/${sessions.issueLink(user.key, Date.now())}`);
  });
}

async function backUp(folder: string, data: string, print: Print): Promise<void> {
  const { backUpData } = await import("../server/back_up.ts");
  const { files, bytes } = await forPeople(() => backUpData(data, folder));
  print(`Copied the database and ${files} new files, ${bytes} bytes, to ${folder}`);
}

async function withData(
  folder: string,
  work: (data: import("../server/open_data.ts").ServerData) => Promise<void>,
): Promise<void> {
  const { openData } = await import("../server/open_data.ts");
  const data = await forPeople(() => openData(folder));
  try {
    await work(data);
  } finally {
    await data.store.close();
  }
}

/** What the server refuses in words is for people. */
async function forPeople<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Cannot ")) {
      throw new CliError(error.message);
    }
    throw error;
  }
}
