import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Server } from "../../src/server/mod.ts";
import { openBrowser } from "../jupyter/browser.ts";
import { findBrowser } from "../jupyter/setup.ts";

let folder: string;
let server: Server;
let key: string;

beforeAll(async () => {
  folder = await Deno.makeTempDir();
  const loginFile = `${folder}/login.json`;
  server = await serve({ port: 0, data: `${folder}/data`, loginFile, logLevel: "off" });
  const text = await Deno.readTextFile(loginFile);
  key = /"([^"\s]{40,})"/.exec(text)![1]!;
});
afterAll(async () => {
  await server.close();
  await Deno.remove(folder, { recursive: true });
});

const authorization = () => ({ authorization: `Basic ${btoa(`api:${key}`)}` });

/** Sends what a client sends. */
async function send(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(server.baseUrl + path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { ...authorization(), "content-type": "application/json" },
  });
  expect(response.status).toBe(200);
  return await response.json();
}

async function makeRun(id: string): Promise<string> {
  const query = `mutation ($name: String, $project: String) {
    upsertBucket(input: { name: $name, modelName: $project }) {
      bucket { project { entity { name } } }
    }
  }`;
  const answer = await send("/graphql", { query, variables: { name: id, project: "served" } }) as {
    data: { upsertBucket: { bucket: { project: { entity: { name: string } } } } };
  };
  return answer.data.upsertBucket.bucket.project.entity.name;
}

async function log(entity: string, id: string, offset: number, rows: readonly unknown[]) {
  const content = rows.map((row) => JSON.stringify(row));
  await send(`/files/${entity}/served/${id}/file_stream`, {
    files: { "wandb-history.jsonl": { offset, content } },
  });
}

describe("the pages of a server", () => {
  it("are for who has a key", async () => {
    const page = await fetch(`${server.baseUrl}/`, { redirect: "manual" });
    expect(page.status).toBe(303);
    expect(page.headers.get("location")).toContain("/login");
    await page.body?.cancel();
    const charts = await fetch(`${server.baseUrl}/api/charts?run=a/b/c`);
    expect(charts.status).toBe(401);
    await charts.body?.cancel();
  });

  it("answer charts and their events over the wire, a point in less than a second", async () => {
    const entity = await makeRun("wire");
    await log(entity, "wire", 0, [{ _step: 0, loss: 3 }]);
    const query = `run=${entity}/served/wire&key=loss`;
    const response = await fetch(`${server.baseUrl}/api/charts/events?${query}`, {
      headers: authorization(),
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain(`"mean":[3]`);
    await log(entity, "wire", 1, [{ _step: 1, loss: 2 }]);
    const begin = performance.now();
    expect((await reader.read()).value).toContain(`"mean":[2]`);
    expect(performance.now() - begin).toBeLessThan(5_000);
    await reader.cancel();
  });

  it.skipIf(findBrowser() === null)("are used in a browser that came by a link", async () => {
    const entity = await makeRun("seen");
    await log(entity, "seen", 0, [{ _step: 0, loss: 3 }]);
    await using stack = new AsyncDisposableStack();
    const browser = (await openBrowser())!;
    stack.defer(() => browser.close());
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(server.loginLink!);
    await page.getByRole("link", { name: "served" }).click();
    await page.locator(`tr[data-id="seen"] a`).first().click();
    await page.locator(".chart svg").first().waitFor();
    // Rows that a client sends are drawn.
    await log(entity, "seen", 1, [{ _step: 1, loss: 42 }]);
    await page.locator(`[data-part="chart:loss"] b:text-is("42")`).waitFor();
    // Forms of the page itself are taken.
    await page.locator("summary", { hasText: "Edit" }).click();
    await page.locator("input[name=tags]").fill("kept");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".tag", { hasText: "kept" }).waitFor();
    expect(problems).toEqual([]);

    // A form of another site is not, though the browser would send the cookie along.
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const forged = await fetch(`${server.baseUrl}/${entity}/served/runs/seen/delete`, {
      method: "POST",
      headers: { cookie, origin: "http://evil.example" },
      redirect: "manual",
    });
    expect(forged.status).toBe(403);
    await forged.body?.cancel();
    await page.reload();
    expect(await page.locator("h1").count()).toBe(1);
    expect(await page.locator(".chart").count()).toBe(1);
  });

  it.skipIf(findBrowser() === null)("log a browser in by its form, and out again", async () => {
    await makeRun("logged");
    await using stack = new AsyncDisposableStack();
    const browser = (await openBrowser())!;
    stack.defer(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`${server.baseUrl}/?sort=name`);
    await page.getByLabel("API key").fill("wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("API key").fill(key);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("link", { name: "served" }).waitFor();
    expect(page.url()).toBe(`${server.baseUrl}/?sort=name`);
    // Where W&B's SDK sends people for a key.
    await page.goto(`${server.baseUrl}/authorize`);
    await page.getByRole("button", { name: "Make a new key" }).click();
    const made = (await page.locator("code.key").textContent())!;
    const answer = await fetch(`${server.baseUrl}/api/charts/keys?run=a/b/c`, {
      headers: { authorization: `Bearer ${made}` },
    });
    expect(answer.status).toBe(404);
    await answer.body?.cancel();
    await page.goto(server.baseUrl);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("API key").waitFor();
    await page.goto(server.baseUrl);
    expect(new URL(page.url()).pathname).toBe("/login");
  });
});
