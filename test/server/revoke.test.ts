import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { CellarServer } from "../sync/cellar_server.ts";
import { basic, UPSERT } from "./testing.ts";

let folder: string;
let server: CellarServer;

beforeAll(async () => {
  folder = await Deno.makeTempDir();
  server = await CellarServer.start(folder);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await Deno.remove(folder, { recursive: true });
});

/** Runs `cellar server …` on the data of the server, which another process has open. */
async function cellar(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const { log, error } = console;
  console.log = console.error = (line: string) => lines.push(line);
  try {
    return { code: await main(["server", "--data", folder, ...args]), lines };
  } finally {
    console.log = log;
    console.error = error;
  }
}

async function graphql(query: string, variables: object, key: string) {
  const response = await fetch(`${server.baseUrl}/graphql`, {
    method: "POST",
    headers: basic(key),
    body: JSON.stringify({ query, variables }),
  });
  const body = await response.json();
  return response.status === 200 ? body.data : response.status;
}

async function status(path: string, init: RequestInit = {}): Promise<number> {
  const url = path.startsWith("http") ? path : server.baseUrl + path;
  const response = await fetch(url, { redirect: "manual", ...init });
  await response.body?.cancel();
  return response.status;
}

/** Logs a browser in, and gives its cookie. */
async function browser(key: string): Promise<{ cookie: string; origin: string }> {
  const body = new URLSearchParams({ key });
  const response = await fetch(`${server.baseUrl}/login`, {
    method: "POST",
    redirect: "manual",
    body,
  });
  await response.body?.cancel();
  const cookie = response.headers.get("set-cookie")!.split(";")[0]!;
  return { cookie, origin: server.baseUrl };
}

/** A user with a run and a file, and addresses to both upload and download it. */
async function person(name: string) {
  const [key] = (await cellar("user", "add", name)).lines;
  await graphql(UPSERT, { input: { name: "run", modelName: "p" } }, key!);
  return { key: key!, ...await fileUrls(name, key!) };
}

async function fileUrls(entity: string, key: string) {
  const files = `mutation F($entity: String!) { createRunFiles(input: {entityName: $entity,
    projectName: "p", runName: "run", files: ["a.txt"]}) { files { uploadUrl } } }`;
  const { createRunFiles } = await graphql(files, { entity }, key);
  const upload: string = createRunFiles.files[0].uploadUrl;
  expect(await status(upload, { method: "PUT", body: "text" })).toBe(200);
  const read = `query F($entity: String) { project(name: "p", entityName: $entity) {
    run(name: "run") { files { edges { node { directUrl } } } } } }`;
  const { project } = await graphql(read, { entity }, key);
  const download: string = project.run.files.edges[0].node.directUrl;
  expect(await status(download)).toBe(200);
  return { upload, download };
}

test("logging out ends the session on the server, and no other one", async () => {
  const { key } = await person("ada");
  const [one, other] = [await browser(key), await browser(key)];
  expect(await status("/", { headers: one })).toBe(200);
  expect(await status("/logout", { method: "POST", headers: one })).toBe(303);
  // Somebody has kept a copy of the cookie.
  expect(await status("/", { headers: one })).toBe(303);
  expect(await status("/", { headers: other })).toBe(200);
});

test("cellar server key revoke ends a key, and the sessions and addresses that came from it", async () => {
  const { key, upload, download } = await person("bea");
  const { lines: [second] } = await cellar("key", "add", "bea", "--description", "laptop");
  const others = await fileUrls("bea", second!);
  const [first, kept] = [await browser(key), await browser(second!)];

  const listed = (await cellar("key", "list", "bea")).lines;
  expect(listed).toHaveLength(2);
  expect(listed[0]).toMatch(
    new RegExp(`^${key.slice(0, 6)}…  bea  made [-\\d]{10} [:\\d]{5}  used [-\\d]{10} [:\\d]{5}  `),
  );
  expect(listed[1]).toContain("laptop");
  expect(listed.join()).not.toContain(key.slice(0, 10));

  const revoked = await cellar("key", "revoke", `${key.slice(0, 6)}…`);
  expect(revoked).toEqual({ code: 0, lines: [`Revoked ${key.slice(0, 6)}… of bea`] });
  expect(await graphql("{ viewer { id } }", {}, key)).toBe(401);
  expect(await status("/", { headers: first })).toBe(303);
  expect(await status(upload, { method: "PUT", body: "x" })).toBe(403);
  expect(await status(download)).toBe(403);

  expect(await graphql("{ viewer { username } }", {}, second!)).toEqual({
    viewer: { username: "bea" },
  });
  expect(await status("/", { headers: kept })).toBe(200);
  expect(await status(others.download)).toBe(200);

  // The whole key is taken, too, and not repeated where it is none.
  const again = await cellar("key", "revoke", key);
  expect(again.code).toBe(1);
  expect(again.lines.join()).not.toContain(key.slice(0, 7));
  expect((await cellar("key", "revoke", second!)).code).toBe(0);
});

test("cellar server user remove ends all that a user has, and keeps their runs", async () => {
  const { key, upload, download } = await person("carl");
  const { lines: [link] } = await cellar("link", "carl", "--url", server.baseUrl);
  const { lines: [unused] } = await cellar("link", "carl", "--url", server.baseUrl);
  const opened = await fetch(link!, { redirect: "manual" });
  await opened.body?.cancel();
  const linked = { cookie: opened.headers.get("set-cookie")!.split(";")[0]! };
  const session = await browser(key);
  expect(await status("/carl/p", { headers: linked })).toBe(200);
  const stream = await fetch(`${server.baseUrl}/api/charts/events?run=carl/p/run`, {
    headers: session,
  });
  const events = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await events.read()).value).toContain("event: change");

  const { lines: [member] } = await cellar("user", "add", "mo", "--team", "carl:member");
  const removed = await cellar("user", "remove", "carl");
  expect(removed.code).toBe(0);
  expect(await graphql("{ viewer { id } }", {}, key)).toBe(401);
  for (const headers of [session, linked]) expect(await status("/", { headers })).toBe(303);
  expect(await status(unused!)).toBe(403);
  expect(await status(upload, { method: "PUT", body: "x" })).toBe(403);
  expect(await status(download)).toBe(403);

  // What happens to the run now is not told to who was removed.
  const body = JSON.stringify({ files: {} });
  const path = "/files/carl/p/run/file_stream";
  expect(await status(path, { method: "POST", headers: basic(member!), body })).toBe(200);
  let told = "";
  for (let next; !(next = await events.read()).done;) told += next.value;
  expect(told).toBe("");

  expect((await cellar("user", "list")).lines.join("\n")).not.toContain("carl:");
  expect((await cellar("user", "add", "carl")).lines).toEqual([
    'cellar: Cannot add the user "carl": the name is taken',
  ]);
});

test("cellar server user set-role holds from the next request on, for addresses too", async () => {
  await person("dora");
  const { lines: [key] } = await cellar("user", "add", "max", "--team", "dora:member");
  const { upload, download } = await fileUrls("dora", key!);
  const role = (name: string) => cellar("user", "set-role", "max", "dora", name);
  expect(await role("reader")).toEqual({ code: 0, lines: ["max is reader in dora"] });
  expect(await status(upload, { method: "PUT", body: "x" })).toBe(403);
  expect(await status(download)).toBe(200);
  expect((await role("none")).lines).toEqual(["max has no role in dora"]);
  expect(await status(download)).toBe(403);
  expect((await role("king")).lines).toEqual([
    'cellar: Cannot give the role "king": owner, member, reader or none',
  ]);
});

test("cellar server user and key say what they cannot do, and print JSON", async () => {
  const only = JSON.parse((await cellar("user", "list", "--json")).lines.join("\n"))
    .find(({ admin }: { admin: boolean }) => admin);
  expect((await cellar("user", "remove", only.username)).lines[0]).toContain(
    "nobody else is an administrator",
  );
  for (const command of [["user", "remove"], ["key", "add"], ["key", "list"], ["link"]]) {
    expect(await cellar(...command, "nobody")).toEqual({
      code: 1,
      lines: ['cellar: Cannot find the user "nobody"'],
    });
  }
  expect((await cellar("key", "revoke", "zz")).code).toBe(1);
  const added = JSON.parse((await cellar("user", "add", "eve", "--json")).lines[0]!);
  expect(added).toEqual({ username: "eve", key: expect.stringMatching(/^\w{48}$/) });
  const [listed] = JSON.parse((await cellar("key", "list", "eve", "--json")).lines.join("\n"));
  expect(listed).toEqual({
    key: added.key.slice(0, 6),
    username: "eve",
    description: "made with the user",
    createdAt: expect.any(Number),
    usedAt: null,
  });
  const nowhere = await cellar("user", "list", "--data", `${folder}/typo`);
  expect(nowhere.code).toBe(1);
  expect(nowhere.lines[0]).toContain("there is no server's data");
  await expect(Deno.stat(`${folder}/typo`)).rejects.toThrow(Deno.errors.NotFound);
});
