import { expect, test, vi } from "vitest";
import { main } from "../../src/cli.ts";
import { readKey } from "../../src/login/login_file.ts";
import { openData } from "../../src/server/open_data.ts";
import { serve } from "../../src/server/mod.ts";
import { serverCommand } from "../server/process.ts";
import { basic } from "../server/testing.ts";

/** Runs the command, and gives what it printed. */
async function cellar(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const { log, error } = console;
  console.log = console.error = (line: string) => lines.push(line);
  try {
    return { code: await main(args), lines };
  } finally {
    console.log = log;
    console.error = error;
  }
}

test("cellar server user add prints a key that works, once", async () => {
  const data = await Deno.makeTempDir();
  const added = await cellar(
    "server",
    "user",
    "add",
    "ada",
    "--data",
    data,
    "--team",
    "lab:reader",
  );
  expect(added.code).toBe(0);
  const [key] = added.lines;
  expect(key).toMatch(/^[A-Za-z0-9]{48}$/);
  const again = await cellar("server", "user", "add", "ada", "--data", data);
  expect(again).toEqual({
    code: 1,
    lines: ['cellar: Cannot add the user "ada": the name is taken'],
  });
  const bad = await cellar("server", "user", "add", "a/b", "--data", data);
  expect(bad.lines[0]).toContain("a name is 1 to 64 letters");
  const role = await cellar("server", "user", "add", "eve", "--data", data, "--team", "lab:king");
  expect(role.lines[0]).toContain('Cannot give the role "king"');

  await using server = await serve({ port: 0, data, loginFile: null });
  const response = await fetch(`${server.baseUrl}/graphql`, {
    method: "POST",
    headers: basic(key!),
    body: '{"query":"{ viewer { username teams { edges { node { name } } } } }"}',
  });
  const { data: { viewer } } = await response.json();
  expect(viewer.username).toBe("ada");
  expect(viewer.teams.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual([
    "ada",
    "lab",
  ]);
  const list = await cellar("server", "user", "list", "--data", data);
  expect(list.lines).toEqual(["ada: ada (owner), lab (reader)"]);
  const link = await cellar("server", "link", "ada", "--data", data, "--url", server.baseUrl);
  // The data folder knows where its server listens.
  const found = await cellar("server", "link", "ada", "--data", data);
  expect(found.lines[0]!.startsWith(`${server.baseUrl}/login/`)).toBe(true);
  const opened = await fetch(link.lines[0]!, { redirect: "manual" });
  expect(opened.status).toBe(303);
  await opened.body?.cancel();
  await server.close();
  await Deno.remove(data, { recursive: true });
});

test("cellar server backup copies what a running server holds, so that another can start on it", async () => {
  const folder = await Deno.makeTempDir();
  const data = `${folder}/data`;
  const loginFile = `${folder}/login.json`;
  const server = await serve({ port: 0, data, loginFile });
  const key = (await readKey(server.baseUrl, { path: loginFile }))!;
  const { store, files } = await openData(data);
  const [user] = await store.people.list();
  const { project } = await store.projects.ensure(user!.username, "p", 1);
  const made = { username: user!.username, displayName: "d", at: 1 };
  const { run } = await store.runs.upsert(project.key, "r", {}, made);
  await store.lines.write(run.key, [{
    stream: "history",
    offset: 0,
    lines: ['{"_step":0,"v":1}'],
  }]);
  const put = (path: string, text: string) =>
    files.put(run.key, path, new Blob([text]).stream(), { max: 1000 });
  await put("a.txt", "first");
  const first = await cellar("server", "backup", `${folder}/copy`, "--data", data);
  expect(first.lines[0]).toContain("Copied the database and 1 new file, ");
  if (Deno.build.os !== "windows") {
    // Who reads the copy could sign in the server's name.
    expect(Deno.statSync(`${folder}/copy`).mode! & 0o777).toBe(0o700);
    expect(Deno.statSync(`${folder}/copy/cellar.db`).mode! & 0o777).toBe(0o600);
  }
  await put("b.txt", "second");
  const second = await cellar("server", "backup", `${folder}/copy`, "--data", data);
  expect(second.lines[0]).toContain("Copied the database and 1 new file, ");
  await store.close();
  await server.close();

  await using copy = await serve({ port: 0, data: `${folder}/copy`, loginFile: null });
  const response = await fetch(`${copy.baseUrl}/graphql`, {
    method: "POST",
    headers: basic(key),
    body: JSON.stringify({
      query: `{ project(name: "p") { run(name: "r") { history
        files { edges { node { name directUrl } } } } } }`,
    }),
  });
  const { run: copied } = (await response.json()).data.project;
  expect(copied.history).toEqual(['{"_step":0,"v":1}']);
  const texts = [];
  for (const { node } of copied.files.edges) texts.push(await (await fetch(node.directUrl)).text());
  expect(texts).toEqual(["first", "second"]);
  await copy.close();
  await Deno.remove(folder, { recursive: true });
});

test("cellar server whose output nobody reads goes on, and ends when it is told to", async () => {
  const folder = await Deno.makeTempDir();
  const child = new Deno.Command(Deno.execPath(), {
    ...serverCommand(folder, "--port", "0"),
    stdout: "piped",
    stderr: "null",
  }).spawn();
  await child.stdout.cancel();
  const lock = () => Deno.readTextFileSync(`${folder}/data/server.lock`);
  const address = await vi.waitFor(() => /http:[^"]+/.exec(lock())![0], { timeout: 20_000 });
  const response = await fetch(`${address}/healthz`);
  expect(response.ok).toBe(true);
  await response.body?.cancel();
  child.kill("SIGTERM");
  expect((await child.status).code).toBe(0);
  await Deno.remove(folder, { recursive: true });
});

test("cellar server refuses ports, levels and data that are none", async () => {
  expect((await cellar("server", "--port", "x")).lines[0]).toContain("it is not a port");
  expect((await cellar("server", "--log-level", "loud")).lines[0]).toContain("it is none of");
  const nowhere = await cellar("server", "backup", "x", "--data", "/nonexistent");
  expect(nowhere.lines[0]).toContain("there is no server's data");
});

test("cellar server says when something else listens on its port", async () => {
  const folder = await Deno.makeTempDir();
  await using server = await serve({ port: 0, data: `${folder}/a`, loginFile: null });
  const { port } = new URL(server.baseUrl);
  const second = await cellar("server", "--port", port, "--data", `${folder}/b`);
  expect(second).toEqual({
    code: 1,
    lines: [`cellar: Cannot listen on 127.0.0.1:${port}: something else does`],
  });
  await server.close();
  await Deno.remove(folder, { recursive: true });
});
