import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { basic, startTestServer, type TestServer, UPSERT } from "./testing.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ limits: { maxBody: 48 * 1024 * 1024 } });
});
afterAll(async () => {
  const failures = server.log.filter((line) => line.includes('"level":"error"'));
  await server[Symbol.asyncDispose]();
  // Whatever was sent was refused in words: nothing of it made the server fail.
  expect(failures).toEqual([]);
});

async function status(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

async function isWell(): Promise<boolean> {
  const { data } = await server.graphql("{ viewer { username } }");
  return data.viewer.username === server.user;
}

describe("file_stream", () => {
  test.each<[string, string]>([
    ["no JSON", "{"],
    ["an empty body", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["a bare NaN", '{"exitcode":NaN}'],
    ["a negative offset", '{"files":{"wandb-history.jsonl":{"offset":-1,"content":["{}"]}}}'],
    ["half an offset", '{"files":{"wandb-history.jsonl":{"offset":0.5,"content":["{}"]}}}'],
    ["an endless offset", '{"files":{"wandb-history.jsonl":{"offset":1e300,"content":["{}"]}}}'],
    ["content that is a text", '{"files":{"wandb-history.jsonl":{"offset":0,"content":"{}"}}}'],
    ["lines that are numbers", '{"files":{"wandb-history.jsonl":{"offset":0,"content":[1]}}}'],
    ["a summary that is a list", '{"files":{"wandb-summary.json":{"offset":0,"content":["[]"]}}}'],
  ])("refuses %s", async (_title, body) => {
    await server.makeRun("refused");
    expect(await status(server.stream("refused", body))).toBe(400);
    expect((await server.run("refused")).historyLines).toBe(0);
  });

  test("passes over files that it does not know, and names of every object's properties", async () => {
    await server.makeRun("unknown");
    const files = '{"files":{"__proto__":{"offset":0,"content":["x"]},"constructor":{},"../x":{}}}';
    expect(await status(server.stream("unknown", files))).toBe(200);
  });

  test("keeps lines where offsets leap and go back", async () => {
    await server.makeRun("leaps");
    for (const offset of [1_000_000, 0, 500, 3]) {
      const content = [`{"_step":${offset},"v":1}`];
      await status(
        server.stream("leaps", { files: { "wandb-history.jsonl": { offset, content } } }),
      );
    }
    const { key, historyLines } = await server.run("leaps");
    expect(historyLines).toBe(1_000_001);
    const lines = await server.data.store.lines.read(key, "history");
    expect(lines.map(({ number }) => number)).toEqual([0, 3, 500, 1_000_000]);
  });

  test("keeps a line of 20 MB, and refuses bodies past the limit", async () => {
    await server.makeRun("long");
    const line = JSON.stringify({ _step: 0, text: "x".repeat(20_000_000), v: 1 });
    const body = { files: { "wandb-history.jsonl": { offset: 0, content: [line] } } };
    expect(await status(server.stream("long", body))).toBe(200);
    const { key } = await server.run("long");
    const [stored] = await server.data.store.lines.read(key, "history");
    expect(stored!.text.length).toBe(line.length);
    expect(await status(server.stream("long", "x".repeat(49 * 1024 * 1024)))).toBe(413);
  });

  test("keeps 100,000 keys in one row, once", async () => {
    await server.makeRun("wide");
    const values = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]));
    const content = [JSON.stringify({ _step: 0, ...values })];
    const body = { files: { "wandb-history.jsonl": { offset: 0, content } } };
    for (let i = 0; i < 2; i++) expect(await status(server.stream("wide", body))).toBe(200);
    const { key } = await server.run("wide");
    expect(await server.data.store.series.list(key, "history")).toHaveLength(100_000);
    // A summary of as many is kept whole; the first of them can be filtered by.
    const summary = { files: { "wandb-summary.json": { offset: 0, content } } };
    expect(await status(server.stream("wide", summary))).toBe(200);
    expect(JSON.parse((await server.run("wide")).summary).k99999).toBe(99_999);
  });

  test("refuses little that unpacks to much", async () => {
    await server.makeRun("bomb");
    const zeros = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 100; i++) controller.enqueue(new Uint8Array(1024 * 1024));
        controller.close();
      },
    });
    const bomb = await new Response(zeros.pipeThrough(new CompressionStream("gzip"))).bytes();
    expect(bomb.length).toBeLessThan(200_000);
    const url = `${server.baseUrl}/files/${server.user}/proj/bomb/file_stream`;
    const headers = { ...basic(server.key), "content-encoding": "gzip" };
    expect(await status(fetch(url, { method: "POST", headers, body: bomb }))).toBe(413);
  });
});

describe("GraphQL", () => {
  test.each<[string, string]>([
    ["no JSON", "{"],
    ["null", "null"],
    ["no query", "{}"],
    ["a query that is a number", '{"query":1}'],
    ["a syntax error", '{"query":"query {"}'],
  ])("answers %s with errors", async (_title, body) => {
    const response = await fetch(`${server.baseUrl}/graphql`, {
      method: "POST",
      headers: basic(server.key),
      body,
    });
    expect(response.status).toBe(200);
    const { data, errors } = await response.json();
    expect(data).toBeNull();
    expect(errors[0].message).toMatch(/^(Cannot|Syntax Error)/);
  });

  test("refuses documents that are deep, wide, aliased or endless before they run", async () => {
    const entity = "entity { organization { coreWeaveOrganizationId } }";
    const bombs = {
      deep: `{ viewer { ${"teams { edges { node { ".repeat(30)}id${"} } }".repeat(30)} } }`,
      aliases: `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: viewer { id }`).join(" ")} }`,
      fields: `{ viewer { ${"id ".repeat(4000)} } }`,
      tokens: `{ ${"viewer { id } ".repeat(10_000)} }`,
      // Each fragment doubles what the one before it asks for.
      fragments: `{ viewer { ...f0 } } ${
        Array.from(
          { length: 30 },
          (_, i) => `fragment f${i} on User { a${i}: id ...f${i + 1} b${i}: id ...f${i + 1} }`,
        ).join(" ")
      } fragment f30 on User { id }`,
      cycle: "{ viewer { ...a } } fragment a on User { id ...b } fragment b on User { id ...a }",
      long: `{ viewer { id } } #${"x".repeat(300_000)}`,
    };
    expect(entity).toContain("organization");
    for (const [name, query] of Object.entries(bombs)) {
      const started = performance.now();
      const { data, errors } = await server.graphql(query);
      expect([name, data, errors!.length > 0]).toEqual([name, null, true]);
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });

  test("refuses queries that read too much", async () => {
    await server.makeRun("many");
    const content = Array.from({ length: 60_000 }, (_, i) => `{"_step":${i},"v":${i}}`);
    await status(
      server.stream("many", { files: { "wandb-history.jsonl": { offset: 0, content } } }),
    );
    const aliased = Array.from({ length: 20 }, (_, i) => `h${i}: history(samples: 60000)`);
    const { errors } = await server.graphql(
      `{ project(name: "proj") { run(name: "many") { ${aliased.join(" ")} } } }`,
    );
    expect(errors![0]!.message).toContain("it reads more than");

    const specs = Array(100).fill('{"keys":["v"],"samples":1}');
    const sampled = Array.from({ length: 4 }, (_, i) => `s${i}: sampledHistory(specs: $specs)`);
    const points = await server.graphql(
      `query Q($specs: [JSONString!]!) {
        project(name: "proj") { run(name: "many") { ${sampled.join(" ")} } } }`,
      { specs },
    );
    expect(points.errors![0]!.message).toContain("20000000 points");
  });

  test("refuses answers that are too long, and configurations", async () => {
    const run = await server.makeRun("long-config");
    const config = JSON.stringify({ text: { value: "x".repeat(2_000_000) } });
    await server.graphql(UPSERT, { input: { name: "long-config", modelName: "proj", config } });
    const aliased = Array.from({ length: 40 }, (_, i) => `c${i}: config`);
    const { errors } = await server.graphql(
      `{ project(name: "proj") { run(name: "long-config") { ${aliased.join(" ")} } } }`,
    );
    expect(errors![0]!.message).toContain("ask for less at once");
    const id = btoa(`Run:v1:${run.key}`);
    const longer = JSON.stringify({ text: "x".repeat(17_000_000) });
    const refused = await server.graphql(UPSERT, { input: { id, config: longer } });
    expect(refused.errors![0]!.message).toContain("characters");
  });

  test("answers in words what has too many levels", async () => {
    await server.makeRun("levels");
    const value = "[".repeat(100_000) + "]".repeat(100_000);
    const content = [`{"_step":0,"v":${value}}`];
    await status(
      server.stream("levels", { files: { "wandb-history.jsonl": { offset: 0, content } } }),
    );
    const query = `{ project(name: "proj") { run(name: "levels") {
      sampledHistory(specs: ["{\\"keys\\":[\\"v\\"]}"]) } } }`;
    await expect(server.graphql(query)).rejects.toThrow("400 Cannot answer: what is stored there");
  });

  test("checks tags of runs that are named by their number, too", async () => {
    const id = btoa(`Run:v1:${(await server.makeRun("tagged")).key}`);
    for (const tags of [["x".repeat(65)], Array.from({ length: 1001 }, (_, i) => `${i}`)]) {
      const { errors } = await server.graphql(UPSERT, { input: { id, tags } });
      expect(errors![0]!.message).toMatch(/^Cannot use (the tag|1001 tags)/);
    }
    expect((await server.run("tagged")).tags).toEqual([]);
  });

  test("refuses hostile names, and keeps odd ones as they are", async () => {
    const make = (input: object) => server.graphql(UPSERT, { input });
    for (
      const name of [
        "../../etc",
        "a/b",
        "a?b",
        "a#b",
        " a",
        "a:b",
        "a\u0000b",
        "x".repeat(129),
        ".",
      ]
    ) {
      const { errors } = await make({ name, modelName: "proj" });
      expect(errors![0]!.message, name).toContain("Cannot use the run id");
    }
    for (const modelName of ["../x", "a/b", "a%2fb", "x".repeat(129), ".."]) {
      const { errors } = await make({ name: "r", modelName });
      expect(errors![0]!.message, modelName).toContain("Cannot use the project");
    }
    for (const entityName of ["../x", "a/b", "-", "login", "x".repeat(65), "a\u0000b"]) {
      const { errors } = await make({ name: "r", modelName: "p", entityName });
      expect(errors![0]!.message, entityName).toContain("Cannot use the name");
    }
    const odd = "'; DROP TABLE run; -- <script>alert(1)</script> ü🎉";
    const { data } = await make({ name: "odd", modelName: "proj", displayName: odd });
    expect(data.upsertBucket.bucket.displayName).toBe(odd);
    const tags = await make({ name: "odd", modelName: "proj", tags: ["x".repeat(65)] });
    expect(tags.errors![0]!.message).toContain("Cannot use the tag");
    const config = await make({ name: "odd", modelName: "proj", config: "[1]" });
    expect(config.errors![0]!.message).toContain("it is not a JSON object");
  });

  test("refuses hostile filters, orders and cursors in words", async () => {
    const query = `query Q($filters: JSONString, $order: String, $after: String) {
      project(name: "proj") { runs(filters: $filters, order: $order, after: $after) {
        edges { node { name } } } } }`;
    let deep = '{"state":"x"}';
    for (let i = 0; i < 100; i++) deep = `{"$and":[${deep}]}`;
    const hostile = [
      { filters: "{" },
      { filters: "[]" },
      { filters: deep },
      { filters: '{"$where":"sleep(1)"}' },
      { filters: '{"password":1}' },
      { filters: '{"__proto__":1}' },
      { filters: '{"state":{"$regex":"("}}' },
      { filters: `{"state":{"$regex":"${"a".repeat(600)}"}}` },
      { filters: '{"state":{"$in":"x"}}' },
      { filters: `{"$or":[${Array(21).fill('{"state":{"$regex":"x"}}').join()}]}` },
      { filters: `{"$or":[${Array(2000).fill('{"state":"x"}').join()}]}` },
      { order: "-nope" },
      { order: "config" },
      { after: "!!" },
      { after: btoa('["x"]') },
    ];
    for (const variables of hostile) {
      const { errors } = await server.graphql(query, variables);
      expect(errors?.[0]?.message, JSON.stringify(variables).slice(0, 80)).toMatch(/^Cannot /);
    }
  });
});

describe("connections", () => {
  test("clients that send a byte now and then hold nobody up", async () => {
    const { hostname, port } = new URL(server.baseUrl);
    const slow: Deno.Conn[] = [];
    for (let i = 0; i < 100; i++) {
      const connection = await Deno.connect({ hostname, port: Number(port) });
      slow.push(connection);
      const head = i % 2 === 0 ? "POST /graphql HTTP/1.1\r\nHost: " : [
        "POST /graphql HTTP/1.1",
        `Host: ${new URL(server.baseUrl).host}`,
        `Authorization: ${basic(server.key).authorization}`,
        "Content-Length: 1000000",
        "",
        '{"query":"',
      ].join("\r\n");
      await connection.write(new TextEncoder().encode(head));
    }
    expect(await isWell()).toBe(true);
    await server.makeRun("meanwhile");
    const content = Array.from(
      { length: 5000 },
      (_, i) => `{"_step":${i},"text":"${"x".repeat(99)}"}`,
    );
    const body = { files: { "wandb-history.jsonl": { offset: 0, content } } };
    expect(await status(server.stream("meanwhile", body))).toBe(200);
    for (const connection of slow) connection.close();
  });

  test("nobody has all the streams of events that there are", async () => {
    const other = await server.addUser("other");
    const open = (key: string) =>
      fetch(`${server.baseUrl}/-/events`, { headers: basic(key), signal: reading.signal });
    const reading = new AbortController();
    const streams = await Promise.all(Array.from({ length: 101 }, () => open(server.key)));
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(streams.filter(({ status }) => status === 503)).toHaveLength(1);
    expect((await open(other)).status).toBe(200);
    await Promise.all(streams.map(({ body }) => body?.cancel()));
    // That they went away is seen soon.
    await expect.poll(async () => (await open(server.key)).status, { timeout: 20_000 }).toBe(200);
    reading.abort();
  });

  test("a request line or a host that make no sense are refused in words", async () => {
    const { hostname, port, host } = new URL(server.baseUrl);
    const answer = async (head: string) => {
      using connection = await Deno.connect({ hostname, port: Number(port) });
      await connection.write(new TextEncoder().encode(`${head}\r\nConnection: close\r\n\r\n`));
      return (await new Response(connection.readable).text()).slice(0, 12);
    };
    expect(await answer("GET / HTTP/1.1\r\nHost: a b")).toBe("HTTP/1.1 400");
    expect(await answer("GET / HTTP/1.1\r\nHost: x:99999")).toBe("HTTP/1.1 400");
    expect(await answer(`CONNECT x:80 HTTP/1.1\r\nHost: ${host}`)).toBe("HTTP/1.1 405");
    expect(await answer(`TRACE / HTTP/1.1\r\nHost: ${host}`)).toBe("HTTP/1.1 405");
    expect(await answer(`GET /healthz HTTP/1.1\r\nHost: ${host}`)).toBe("HTTP/1.1 200");
    // Its answer would lead there.
    expect(await answer(`GET http://evil.test/ HTTP/1.1\r\nHost: ${host}`)).toBe("HTTP/1.1 403");
    expect(await isWell()).toBe(true);
  });

  test("telemetry and tokens that clients look for are not there, and it is said at once", async () => {
    for (const path of ["/sdk/otel/v1/metrics", "/sdk/otel/v1/logs", "/oidc/token"]) {
      expect(await status(fetch(server.baseUrl + path, { method: "POST" }))).toBe(404);
    }
  });

  test("a client that asks too often is told when to come back", async () => {
    await using other = await startTestServer({ limits: { requestsPerSecond: 1 } });
    let refused: Response | undefined;
    for (let i = 0; i < 40 && refused === undefined; i++) {
      const response = await fetch(`${other.baseUrl}/graphql`, {
        method: "POST",
        headers: basic(other.key),
        body: '{"query":"{viewer{id}}"}',
      });
      await response.body?.cancel();
      if (response.status === 429) refused = response;
    }
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("strangers behind a trusted proxy have limits of their own, and cannot forge others", async () => {
    const guess = async (baseUrl: string, forwarded: string) => {
      const response = await fetch(`${baseUrl}/graphql`, {
        method: "POST",
        headers: { ...basic("wrong"), "x-forwarded-for": forwarded },
      });
      await response.body?.cancel();
      return response.status;
    };
    const statuses = async (baseUrl: string, forwarded: (i: number) => string) => {
      const answers = new Set<number>();
      for (let i = 0; i < 40; i++) answers.add(await guess(baseUrl, forwarded(i)));
      return [...answers];
    };
    await using trusting = await startTestServer({ trustProxy: true });
    const { baseUrl } = trusting;
    // What stands before the last hop is what the client says.
    expect(await statuses(baseUrl, (i) => `203.0.113.${i}, 198.51.100.7`)).toEqual([401, 429]);
    expect(await guess(baseUrl, "2001:db8::7")).toBe(401);
    expect(await statuses(baseUrl, (i) => `no address ${i}`)).toEqual([401, 429]);
    expect(trusting.log.join("\n")).toContain('"address":"198.51.100.7"');
    await using plain = await startTestServer();
    expect(await statuses(plain.baseUrl, (i) => `203.0.113.${i}`)).toEqual([401, 429]);
  });
});
