import type { Command } from "commander";
import { harmless } from "../charts/escape.ts";
import { serverAddress } from "../server/lock.ts";
import type { ApiKey, Role, Store, User } from "../server/store/store.ts";
import { CliError } from "./cli_error.ts";
import type { Print } from "./program.ts";
import { forPeople, withData } from "./server_data.ts";
import { checked } from "./server_of.ts";

/** Where a server is that was started without options. */
const USUAL = "http://127.0.0.1:8080";
const ROLES = ["owner", "member", "reader"] as const;

/** Adds `cellar server user`, `key` and `link`: who may use a server, which may run meanwhile. */
export function addPeopleCommands(server: Command, data: () => string, print: Print): void {
  const user = server.command("user").description("Users of the server");
  user.command("add")
    .description("Adds a user, and prints an API key: it is shown once")
    .argument("<name>", "letters, digits, -, _ and .")
    .option("--admin", "may read and change everything")
    .option("--email <address>", "where people reach them", "")
    .option("--team <team[:role]>", "a team that they join as owner, member or reader")
    .option("--json", "prints JSON")
    .action((name: string, options: AddOptions) => addUser(name, data(), options, print));
  user.command("list")
    .description("Lists the users with their teams")
    .option("--json", "prints JSON")
    .action(({ json }: JsonOption) => listUsers(data(), json ?? false, print));
  user.command("remove")
    .description("Ends a user's keys, sessions and links at once; their runs stay")
    .argument("<name>", "the user")
    .option("--json", "prints JSON")
    .action((name: string, { json }: JsonOption) => removeUser(name, data(), json, print));
  user.command("set-role")
    .description("Says what a user may do in a team, from now on")
    .argument("<name>", "the user")
    .argument("<team>", "the team, or the user whose runs they are")
    .argument("<role>", "owner, member, reader or none")
    .option("--json", "prints JSON")
    .action((name: string, team: string, role: string, { json }: JsonOption) =>
      setRole({ name, team, role }, data(), json, print)
    );

  const key = server.command("key").description("API keys: the server has their hashes alone");
  key.command("list")
    .description("Lists keys by their first letters: whose, when made, when used last")
    .argument("[name]", "the user; all when left out")
    .option("--json", "prints JSON")
    .action((name: string | undefined, { json }: JsonOption) =>
      listKeys(name, data(), json ?? false, print)
    );
  key.command("add")
    .description("Prints a new key for a user: it is shown once")
    .argument("<name>", "the user")
    .option("--description <text>", "what it is for", "made on the command line")
    .option("--json", "prints JSON")
    .action((name: string, options: JsonOption & { description: string }) =>
      addUserKey(name, data(), options, print)
    );
  key.command("revoke")
    .description("Ends a key at once, with the sessions and links that came from it")
    .argument("<start>", "the key, or its first letters as they are listed")
    .option("--json", "prints JSON")
    .action((start: string, { json }: JsonOption) => revokeKey(start, data(), json, print));

  server.command("link")
    .description("Prints a link that logs a browser in once, within 15 minutes")
    .argument("[name]", "the user; the first administrator when left out")
    .option("--url <url>", `where the server is; where it listens now, or ${USUAL}, when left out`)
    .option("--json", "prints JSON")
    .action((name: string | undefined, options: JsonOption & { url?: string }) =>
      printLink(name, data(), options, print)
    );
}

interface JsonOption {
  json?: true;
}

interface AddOptions extends JsonOption {
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
  const known = checkRole(role);
  await withData(data, { make: true }, async ({ store }) => {
    const { addKey } = await import("../server/people/login_pages.ts");
    const { checkEntityName } = await import("../server/people/entity_names.ts");
    const user = await forPeople(async () => {
      checkEntityName(name);
      if (team) checkEntityName(team);
      const { email, admin = false } = options;
      return await store.people.add({ username: name, email, admin, at: Date.now() });
    });
    if (team) await store.people.setRole(user.key, team, known);
    const key = await addKey({ store, now: Date.now }, user, "made with the user");
    print(options.json ? JSON.stringify({ username: name, key }) : key);
  });
}

async function listUsers(data: string, json: boolean, print: Print): Promise<void> {
  await withData(data, {}, async ({ store }) => {
    const users = await Promise.all((await store.people.list()).map(async (user) => ({
      username: user.username,
      email: user.email,
      admin: user.admin,
      createdAt: user.createdAt,
      teams: await store.people.memberships(user.key),
    })));
    if (json) {
      print(JSON.stringify(users, null, 2));
      return;
    }
    if (users.length === 0) console.error("There are no users");
    for (const { username, admin, teams } of users) {
      const roles = teams.map(({ entity, role }) => `${entity} (${role})`).join(", ");
      print(`${username}${admin ? ", administrator" : ""}: ${roles}`);
    }
  });
}

async function removeUser(
  name: string,
  data: string,
  json: true | undefined,
  print: Print,
): Promise<void> {
  await withData(data, {}, async ({ store }) => {
    const user = await findUser(store, name);
    const admins = (await store.people.list()).filter(({ admin }) => admin);
    if (user.admin && admins.length === 1) {
      throw new CliError(
        `Cannot remove the user ${JSON.stringify(name)}: nobody else is an administrator`,
      );
    }
    await store.people.remove(user.key);
    print(
      json
        ? JSON.stringify({ removed: name })
        : `Removed ${name}, with their keys, sessions and links; the runs of ${name} stay`,
    );
  });
}

async function setRole(
  { name, team, role }: { name: string; team: string; role: string },
  data: string,
  json: true | undefined,
  print: Print,
): Promise<void> {
  const given = role === "none" ? null : checkRole(role, "owner, member, reader or none");
  await withData(data, {}, async ({ store }) => {
    const { checkEntityName } = await import("../server/people/entity_names.ts");
    const user = await findUser(store, name);
    // deno-lint-ignore require-await -- what throws must reject
    await forPeople(async () => checkEntityName(team));
    await store.people.setRole(user.key, team, given);
    print(
      json
        ? JSON.stringify({ username: name, team, role: given })
        : `${name} ${given === null ? "has no role" : `is ${given}`} in ${team}`,
    );
  });
}

async function listKeys(
  name: string | undefined,
  data: string,
  json: boolean,
  print: Print,
): Promise<void> {
  await withData(data, {}, async ({ store }) => {
    const keys = await keysOf(store, name);
    if (json) {
      const listed = keys.map(({ user, key }) => ({
        key: key.hint,
        username: user.username,
        description: key.description,
        createdAt: key.createdAt,
        usedAt: key.usedAt,
      }));
      print(JSON.stringify(listed, null, 2));
      return;
    }
    if (keys.length === 0) console.error("There are no keys");
    for (const { user, key } of keys) {
      const used = key.usedAt === null ? "never used" : `used ${minute(key.usedAt)}`;
      const made = `made ${minute(key.createdAt)}`;
      print(harmless(
        [`${key.hint}…`, user.username, made, used, key.description].join("  "),
        true,
      ));
    }
  });
}

async function addUserKey(
  name: string,
  data: string,
  { description, json }: JsonOption & { description: string },
  print: Print,
): Promise<void> {
  await withData(data, {}, async ({ store }) => {
    const { addKey } = await import("../server/people/login_pages.ts");
    const user = await findUser(store, name);
    const key = await addKey({ store, now: Date.now }, user, description);
    print(json ? JSON.stringify({ username: name, key }) : key);
  });
}

async function revokeKey(
  start: string,
  data: string,
  json: true | undefined,
  print: Print,
): Promise<void> {
  // What is typed may be the key itself, and is not repeated.
  const hint = start.replace(/…$/, "").slice(0, 6);
  await withData(data, {}, async ({ store }) => {
    const { hashApiKey } = await import("../server/people/api_keys.ts");
    const whole = await store.people.findKey(hashApiKey(start));
    const found = whole
      ? [whole]
      : (await keysOf(store, undefined)).filter(({ key }) =>
        start.length <= 7 && hint.length >= 4 && key.hint.startsWith(hint)
      );
    const [only, ...others] = found;
    if (only === undefined) {
      throw new CliError(
        `Cannot revoke ${JSON.stringify(`${hint}…`)}: there is no such key; ` +
          "`cellar server key list` shows them",
      );
    }
    if (others.length > 0) {
      throw new CliError(`Cannot revoke ${JSON.stringify(hint)}: ${found.length} keys begin so`);
    }
    const { user, key } = only;
    await store.people.removeKey(user.key, key.key);
    print(
      json
        ? JSON.stringify({ revoked: key.hint, username: user.username })
        : `Revoked ${key.hint}… of ${user.username}`,
    );
  });
}

async function printLink(
  name: string | undefined,
  data: string,
  { url = serverAddress(data) ?? USUAL, json }: JsonOption & { url?: string },
  print: Print,
): Promise<void> {
  await withData(data, {}, async ({ store }) => {
    const { LoginLinks } = await import("../server/people/login_links.ts");
    const admin = (await store.people.list()).find(({ admin }) => admin);
    const user = name === undefined ? admin : await findUser(store, name);
    if (user === undefined) throw new CliError("Cannot make a link: there is no administrator");
    const links = new LoginLinks(await store.people.secret("links"));
    const link = `${checked(url)}/login/${links.issue(user.key, Date.now())}`;
    print(json ? JSON.stringify({ username: user.username, link }) : link);
  });
}

async function findUser(store: Store, name: string): Promise<User> {
  const user = await store.people.find(name);
  if (user === undefined) throw new CliError(`Cannot find the user ${JSON.stringify(name)}`);
  return user;
}

/** The keys of a user, or of all. */
async function keysOf(
  store: Store,
  name: string | undefined,
): Promise<{ user: User; key: ApiKey }[]> {
  const users = name === undefined ? await store.people.list() : [await findUser(store, name)];
  const keys = await Promise.all(
    users.map(async (user) => (await store.people.keys(user.key)).map((key) => ({ user, key }))),
  );
  return keys.flat();
}

function checkRole(role: string, roles = "owner, member or reader"): Role {
  const known = ROLES.find((name) => name === role);
  if (known === undefined) {
    throw new CliError(`Cannot give the role ${JSON.stringify(role)}: ${roles}`);
  }
  return known;
}

/** A time as people read it, UTC. */
function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}
