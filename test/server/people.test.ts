import { afterAll, beforeAll, expect, test } from "vitest";
import { checkHost } from "../../src/server/http/origin.ts";
import { sessionCookie, setSessionCookie } from "../../src/server/people/sessions.ts";
import { basic, startTestServer, type TestServer, UPSERT } from "./testing.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function open(path: string, init: RequestInit = {}) {
  const response = await fetch(server.baseUrl + path, { redirect: "manual", ...init });
  return { response, text: await response.text() };
}

function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")!.split(";")[0]!;
}

test("a first key is made, kept for its owner alone, and hashed in the database", async () => {
  expect(server.key).toMatch(/^[A-Za-z0-9]{48}$/);
  if (Deno.build.os !== "windows") {
    expect(Deno.statSync(`${server.folder}/login.json`).mode! & 0o777).toBe(0o600);
    expect(Deno.statSync(`${server.folder}/data`).mode! & 0o777).toBe(0o700);
  }
  const bytes = await Deno.readFile(`${server.folder}/data/cellar.db`);
  const wal = await Deno.readFile(`${server.folder}/data/cellar.db-wal`);
  for (const file of [bytes, wal]) {
    expect(new TextDecoder("latin1").decode(file)).not.toContain(server.key);
  }
});

test("nothing is shown to strangers", async () => {
  const page = await open("/");
  expect(page.response.status).toBe(303);
  expect(page.response.headers.get("location")).toBe(`${server.baseUrl}/login?next=%2F`);
  expect((await open(`/${server.user}/proj`)).response.status).toBe(303);
  expect((await open("/api/charts?run=a")).response.status).toBe(401);
  const graphql = await open("/graphql", { method: "POST", body: '{"query":"{viewer{id}}"}' });
  expect(graphql.response.status).toBe(401);
  expect(graphql.response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(JSON.parse(graphql.text).errors[0].message).toBe("Cannot answer without an API key");
});

test("the login link opens the pages once", async () => {
  const path = server.loginLink.slice(server.baseUrl.length);
  const { response } = await open(path);
  expect(response.status).toBe(303);
  const setCookie = response.headers.get("set-cookie")!;
  expect(setCookie).toContain("HttpOnly");
  expect(setCookie).toContain("SameSite=Lax");
  const home = await open("/", { headers: { cookie: cookieOf(response) } });
  expect(home.response.status).toBe(200);
  expect((await open(path)).response.status).toBe(403);
  const forged = path.replace(/.$/, (c) => c === "A" ? "B" : "A");
  expect((await open(forged)).response.status).toBe(403);
});

test("the form takes a key, and sends nobody to another site", async () => {
  const post = (body: Record<string, string>, headers: Record<string, string> = {}) =>
    open("/login", { method: "POST", body: new URLSearchParams(body), headers });
  const wrong = await post({ key: "wrong" });
  expect(wrong.response.status).toBe(401);
  expect(wrong.text).toContain("not valid here");
  const right = await post({ key: server.key, next: "/a/b?c=d" });
  expect(right.response.headers.get("location")).toBe(`${server.baseUrl}/a/b?c=d`);
  // The last ones cannot be in a header: one of them once ended the server.
  const elsewhere = ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:x"];
  for (const next of [...elsewhere, "/a\u0001b", "/a\r\nx: y", "/\u007f", "/日本"]) {
    const { response } = await post({ key: server.key, next });
    expect(response.headers.get("location")).toBe(`${server.baseUrl}/`);
  }
  const foreign = await post({ key: server.key }, { origin: "https://evil.test" });
  expect(foreign.response.status).toBe(403);
  const html = await open(`/login?next=${encodeURIComponent('/"><script>alert(1)</script>')}`);
  expect(html.text).not.toContain("<script>");
});

test("the form reads no more than a key takes, however it is sent", async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      // Endless, and in pieces: nothing announces its length.
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(97));
      if (sent > 50_000_000) controller.close();
    },
  });
  const answer = await fetch(`${server.baseUrl}/login`, { method: "POST", body })
    .then(async (response) => {
      await response.body?.cancel();
      return response.status;
    }, () => "cut");
  expect([413, "cut"]).toContain(answer);
  expect(sent).toBeLessThan(20_000_000);
});

test("a session reads and writes from its own pages alone, until it is ended", async () => {
  const form = new URLSearchParams({ key: server.key });
  const { response } = await open("/login", { method: "POST", body: form });
  const cookie = cookieOf(response);
  const viewer = (headers: Record<string, string>) =>
    open("/graphql", {
      method: "POST",
      body: '{"query":"{viewer{username}}"}',
      headers: { cookie, ...headers },
    });
  const own = await viewer({ origin: server.baseUrl });
  expect(JSON.parse(own.text)).toEqual({ data: { viewer: { username: server.user } } });
  expect((await viewer({ origin: "https://evil.test" })).response.status).toBe(403);
  expect((await viewer({ "sec-fetch-site": "cross-site" })).response.status).toBe(403);
  const forged = cookie.replace(/.$/, (c) => c === "A" ? "E" : "A");
  expect((await open("/", { headers: { cookie: forged } })).response.status).toBe(303);
  const out = await open("/logout", {
    method: "POST",
    headers: { cookie, origin: server.baseUrl },
  });
  expect(out.response.headers.get("set-cookie")).toContain("Max-Age=0");
});

test("servers on one machine do not end each other's sessions", async () => {
  await using other = await startTestServer();
  const cookies = await Promise.all([server, other].map(async ({ baseUrl, key }) => {
    const body = new URLSearchParams({ key });
    const response = await fetch(`${baseUrl}/login`, { method: "POST", redirect: "manual", body });
    await response.body?.cancel();
    return cookieOf(response);
  }));
  // A browser sends both to both.
  const headers = { cookie: cookies.join("; ") };
  for (const { baseUrl } of [server, other]) {
    const response = await fetch(baseUrl, { redirect: "manual", headers });
    await response.body?.cancel();
    expect(response.status).toBe(200);
  }
});

test("over https no other host can plant a session", () => {
  const baseUrl = "https://cellar.example.org";
  expect(setSessionCookie("value", baseUrl)).toBe(
    "__Host-cellar_session=value; Path=/; HttpOnly; SameSite=None; Secure; Max-Age=2592000",
  );
  const cookie = "cellar_session=planted; cellar_session_443=planted";
  expect(sessionCookie(new Request(baseUrl, { headers: { cookie } }), baseUrl)).toBeUndefined();
  const own = { cookie: `${cookie}; __Host-cellar_session=value` };
  expect(sessionCookie(new Request(baseUrl, { headers: own }), baseUrl)).toBe("value");
});

test("a server below a path keeps its sessions to itself", async () => {
  const secure = "https://example.org/cellar";
  expect(setSessionCookie("value", secure)).toBe(
    "__Secure-cellar_session=value; Path=/cellar; HttpOnly; SameSite=None; Secure; Max-Age=2592000",
  );
  const own = { cookie: "__Secure-cellar_session=value" };
  expect(sessionCookie(new Request(secure, { headers: own }), secure)).toBe("value");

  const free = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = free.addr;
  free.close();
  const publicUrl = `http://127.0.0.1:${port}/some/path`;
  await using below = await startTestServer({ port, publicUrl });
  const login = async (path: string, init?: RequestInit) => {
    const response = await fetch(publicUrl + path, { redirect: "manual", ...init });
    await response.body?.cancel();
    return response;
  };
  const body = new URLSearchParams({ key: below.key });
  const begun = await login("/login", { method: "POST", body });
  expect(begun.headers.get("set-cookie")).toContain("; Path=/some/path;");
  const headers = { cookie: cookieOf(begun), origin: `http://127.0.0.1:${port}` };
  expect((await login("/", { headers })).status).toBe(200);
  const ended = await login("/logout", { method: "POST", headers });
  expect(ended.headers.get("set-cookie")).toMatch(/; Path=\/some\/path;.* Max-Age=0$/);
});

test("authorize makes a key that works, and shows it once", async () => {
  expect((await open("/authorize?ref=models")).response.status).toBe(303);
  const form = new URLSearchParams({ key: server.key });
  const cookie = cookieOf((await open("/login", { method: "POST", body: form })).response);
  const headers = { cookie, origin: server.baseUrl };
  const { text } = await open("/authorize", { method: "POST", headers });
  const key = /class="key">([A-Za-z0-9]{48})</.exec(text)![1]!;
  const { data } = await server.graphql("{ viewer { username } }", {}, key);
  expect(data.viewer.username).toBe(server.user);
  expect((await open("/authorize", { headers })).text).not.toContain(key);
});

test("a user's key reads nothing of another's, and a reader's writes nothing", async () => {
  const run = await server.makeRun("private");
  const query = `query Q($entity: String) { project(name: "proj", entityName: $entity) {
    run(name: "private") { id } } }`;
  const strangers = await server.addUser("mallory");
  expect((await server.graphql(query, { entity: server.user }, strangers)).data.project).toBeNull();
  expect((await server.stream("private", {}, strangers)).status).toBe(404);
  const upsert = { input: { name: "x", modelName: "proj", entityName: server.user } };
  const refused = await server.graphql(UPSERT, upsert, strangers);
  expect(refused.errors![0]!.message).toContain("you are not a member");
  const stop = "mutation S($id: ID!) { stopRun(input: {id: $id}) { success } }";
  const id = btoa(`Run:v1:${run.key}`);
  expect((await server.graphql(stop, { id }, strangers)).errors![0]!.message).toContain(
    "there is none of the id",
  );

  const reader = await server.addUser("rita", [server.user, "reader"]);
  const read = await server.graphql(query, { entity: server.user }, reader);
  expect(read.data.project.run.id).toBe(id);
  expect((await server.stream("private", {}, reader)).status).toBe(403);
  expect((await server.graphql(stop, { id }, reader)).errors![0]!.message).toContain(
    "you may read it alone",
  );
  const file = { path: "f.txt", size: 0, sha256: "00", md5: "", updatedAt: 1 };
  await server.data.store.files.put(run.key, file);
  const files = `query Q($entity: String) { project(name: "proj", entityName: $entity) {
    run(name: "private") { files { edges { node { directUrl uploadUrl url(upload: true) } } } } } }`;
  const urls = await server.graphql(files, { entity: server.user }, reader);
  expect(urls.data.project.run.files.edges[0].node).toEqual({
    directUrl: expect.stringContaining("for=get"),
    uploadUrl: null,
    url: null,
  });
  const member = await server.addUser("mia", [server.user, "member"]);
  expect((await server.stream("private", {}, member)).status).toBe(200);
});

test("guessing keys is slowed down, and does not lock out the right one", async () => {
  const inForm = async (key: string) => {
    const { response } = await open("/login", {
      method: "POST",
      body: new URLSearchParams({ key }),
    });
    return response.status;
  };
  const guesses = [];
  for (let i = 0; i < 40; i++) guesses.push(await inForm(`wrong${i}`));
  expect([guesses[0], guesses.at(-1), await inForm(server.key)]).toEqual([401, 429, 303]);
  const statuses = new Set<number>();
  for (let i = 0; i < 60; i++) {
    const { response } = await open("/graphql", { method: "POST", headers: basic(`wrong${i}`) });
    statuses.add(response.status);
  }
  expect([...statuses]).toEqual([429]);
  const { data } = await server.graphql("{ viewer { username } }");
  expect(data.viewer.username).toBe(server.user);
});

test("requests for other hosts are refused: a stranger's name may point here", async () => {
  const { hostname, port } = new URL(server.baseUrl);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(
    new TextEncoder().encode(
      `GET /healthz HTTP/1.1\r\nHost: evil.test:${port}\r\nConnection: close\r\n\r\n`,
    ),
  );
  const answer = await new Response(connection.readable).text();
  expect(answer).toContain("403 Forbidden");
});

test("the host of HTTP/2, which has no header for it, is checked in its address", () => {
  const allowed = new Set(["127.0.0.1:8080"]);
  const check = (host: string) => {
    const url = new URL(`http://${host}/`);
    checkHost(new Request(url), url, allowed);
  };
  expect(() => check("127.0.0.1:8080")).not.toThrow();
  expect(() => check("evil.test:8080")).toThrow('Cannot answer for the host "evil.test:8080"');
});
