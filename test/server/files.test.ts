import { afterAll, beforeAll, expect, test } from "vitest";
import { basic, startTestServer, type TestServer } from "./testing.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ limits: { maxFile: 1_000_000 } });
});
afterAll(() => server[Symbol.asyncDispose]());

async function uploadUrls(id: string, ...files: string[]): Promise<string[]> {
  const { data, errors } = await server.graphql(
    `mutation C($entity: String!, $run: String!, $files: [String!]!) {
      createRunFiles(input: {entityName: $entity, projectName: "proj", runName: $run, files: $files}) {
        runID uploadHeaders files { name uploadUrl } } }`,
    { entity: server.user, run: id, files },
  );
  if (errors) throw new Error(errors[0]!.message);
  expect(data.createRunFiles.files.map(({ name }: { name: string }) => name)).toEqual(files);
  return data.createRunFiles.files.map(({ uploadUrl }: { uploadUrl: string }) => uploadUrl);
}

async function downloadUrl(id: string, name: string): Promise<string> {
  const { data } = await server.graphql(
    `query Q($run: String!, $names: [String]) { project(name: "proj") { run(name: $run) {
      files(names: $names) { edges { node { name directUrl sizeBytes md5 } } } } } }`,
    { run: id, names: [name] },
  );
  return data.project.run.files.edges[0].node.directUrl;
}

async function put(url: string, body: BodyInit): Promise<number> {
  const response = await fetch(url, { method: "PUT", body });
  await response.body?.cancel();
  return response.status;
}

async function blobs(): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir(`${server.folder}/data/blobs`)) {
    if (name.length !== 2) continue;
    for await (const _ of Deno.readDir(`${server.folder}/data/blobs/${name}`)) count++;
  }
  return count;
}

test("a file comes back as it was sent, whole and in parts, without credentials", async () => {
  await server.makeRun("files");
  const bytes = crypto.getRandomValues(new Uint8Array(50_000));
  const [url] = await uploadUrls("files", "sub dir/ü %25 file.bin");
  expect(await put(url!, bytes)).toBe(200);
  const download = await downloadUrl("files", "./sub dir/ü %25 file.bin");
  const whole = await fetch(download);
  expect(whole.headers.get("content-length")).toBe("50000");
  expect(await whole.bytes()).toEqual(bytes);
  const part = await fetch(download, { headers: { range: "bytes=100-199" } });
  expect(part.status).toBe(206);
  expect(part.headers.get("content-range")).toBe("bytes 100-199/50000");
  expect(await part.bytes()).toEqual(bytes.slice(100, 200));
  const end = await fetch(download, { headers: { range: "bytes=-5" } });
  expect(await end.bytes()).toEqual(bytes.slice(-5));
  const past = await fetch(download, { headers: { range: "bytes=50000-" } });
  expect([past.status, await past.text()]).toEqual([416, ""]);
  const head = await fetch(download, { method: "HEAD" });
  expect(head.headers.get("content-length")).toBe("50000");
  const same = await fetch(download, { headers: { "if-none-match": whole.headers.get("etag")! } });
  expect([same.status, await same.text()]).toEqual([304, ""]);
});

test("a file may be empty, and an upload may be repeated or never come", async () => {
  await server.makeRun("empty");
  const [empty, never] = await uploadUrls("empty", "empty.txt", "never.txt");
  expect(await put(empty!, "")).toBe(200);
  expect(await put(empty!, "")).toBe(200);
  expect(await (await fetch(await downloadUrl("empty", "empty.txt"))).text()).toBe("");
  expect(never).toBeDefined();
  const { data } = await server.graphql(
    '{ project(name: "proj") { run(name: "empty") { fileCount } } }',
  );
  expect(data.project.run.fileCount).toBe(1);
});

test("the same bytes are kept once, and go with the last file that has them", async () => {
  await server.makeRun("one");
  await server.makeRun("two");
  const before = await blobs();
  const [a] = await uploadUrls("one", "a.txt");
  const [b, c] = await uploadUrls("two", "b.txt", "c.txt");
  for (const url of [a, b, c]) await put(url!, "the same bytes");
  expect(await blobs()).toBe(before + 1);
  await put(c!, "other bytes");
  expect(await blobs()).toBe(before + 2);
  await server.data.files.deleteRun(await server.run("two"));
  expect(await blobs()).toBe(before + 1);
  expect(await (await fetch(await downloadUrl("one", "a.txt"))).text()).toBe("the same bytes");
  await server.data.files.deleteRun(await server.run("one"));
  expect(await blobs()).toBe(before);
});

test("an address that was forged, is for something else or has expired opens nothing", async () => {
  await server.makeRun("secret");
  const [url] = await uploadUrls("secret", "s.txt");
  expect(await put(url!, "secret")).toBe(200);
  const forged = (change: (url: URL) => void) => {
    const copy = new URL(url!);
    change(copy);
    return copy.href;
  };
  const status = async (href: string, init: RequestInit) => {
    const response = await fetch(href, init);
    await response.body?.cancel();
    return response.status;
  };
  const refused = [
    forged((url) => url.searchParams.set("signature", "x".repeat(43))),
    forged((url) => url.searchParams.set("signature", "é".repeat(43))),
    forged((url) => url.searchParams.delete("signature")),
    forged((url) => url.searchParams.set("expires", "9999999999999")),
    forged((url) => url.searchParams.set("expires", "1")),
    forged((url) => url.pathname = url.pathname.replace("s.txt", "t.txt")),
  ];
  for (const href of refused) {
    expect(await status(href, { method: "PUT", body: "x" })).toBe(403);
  }
  // A signature for uploading does not download, and without any there is nothing to see.
  expect(await status(url!, {})).toBe(403);
  expect(await status(url!.split("?")[0]!, {})).toBe(404);
  expect(await status(url!.split("?")[0]!, { headers: basic(server.key) })).toBe(200);
  const eve = await server.addUser("eve");
  expect(await status(url!.split("?")[0]!, { headers: basic(eve) })).toBe(404);
});

test("paths that lead out of the run's folder are refused", async () => {
  await server.makeRun("paths");
  for (
    const path of ["../x", "a/../../x", "/etc/passwd", "a//b", "C:/x", "..\\x", "", "a/./b", "x\0"]
  ) {
    await expect(uploadUrls("paths", path), path).rejects.toThrow("Cannot use the file name");
  }
});

test("uploads that are too large or cut leave nothing behind", async () => {
  await server.makeRun("large");
  const [url] = await uploadUrls("large", "large.bin");
  const before = await blobs();
  expect(await put(url!, new Uint8Array(1_000_001))).toBe(413);
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(100_000));
    },
  });
  const response = await fetch(url!, { method: "PUT", body: stream }).catch(() => undefined);
  expect(response?.status ?? 413).toBe(413);
  await response?.body?.cancel();
  expect(await blobs()).toBe(before);
  const incoming = [...Deno.readDirSync(`${server.folder}/data/blobs/incoming`)];
  expect(incoming).toEqual([]);
});

test("files cannot act as pages of the server, and any page may read signed ones", async () => {
  await server.makeRun("html");
  const [url] = await uploadUrls("html", "page.html");
  await put(url!, "<script>alert(1)</script>");
  const response = await fetch(await downloadUrl("html", "page.html"));
  expect(response.headers.get("content-security-policy")).toContain("sandbox");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  await response.body?.cancel();
  // In a frame of a page it runs nothing, and asks nobody for anything.
  const framed = await fetch(`${await downloadUrl("html", "page.html")}&framed=true`);
  expect(framed.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none';/);
  await framed.body?.cancel();
});
