import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readKey } from "../../src/login/login_file.ts";
import { program } from "../../src/cli/program.ts";
import { logIn } from "../../src/cli/login.ts";
import { Recording } from "../sync/recording.ts";
import { TestServer } from "../sync/test_server.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();
const KEY = "k".repeat(40);
const NAMES = ["WANDB_BASE_URL", "WANDB_API_KEY", "XDG_CONFIG_HOME"];
const before = NAMES.map((name) => [name, Deno.env.get(name)] as const);
let server: TestServer;
let dir: string;

beforeEach(() => {
  server = TestServer.start();
  dir = Deno.makeTempDirSync({ dir: parent });
  for (const name of NAMES) Deno.env.delete(name);
  Deno.env.set("XDG_CONFIG_HOME", dir);
});
afterEach(async () => {
  await server.close();
  for (const [name, value] of before) {
    if (value === undefined) Deno.env.delete(name);
    else Deno.env.set(name, value);
  }
});

/** Runs the command; gives back what it printed, and its error. */
async function cellar(...args: string[]): Promise<{ out: string; error: string | null }> {
  const out: string[] = [];
  try {
    const command = program((text) => out.push(text));
    await command.parseAsync(["--dir", dir, ...args], { from: "user" });
    return { out: out.join("\n"), error: null };
  } catch (error) {
    return { out: out.join("\n"), error: error instanceof Error ? error.message : String(error) };
  }
}

function recording(id: string): Recording {
  return new Recording(`${dir}/cellar/run-20261124_093000-${id}`, { id });
}

describe("cellar sync", () => {
  test("delivers finished, crashed and running runs, and says of each what was delivered", async () => {
    const finished = recording("aaaa1111").log(3).finish();
    const running = recording("bbbb2222").log(2);
    const crashed = recording("cccc3333").log(4);
    const start = JSON.parse(Deno.readTextFileSync(`${crashed.directory}/run.jsonl`));
    start.process = { pid: 4_194_304, startTicks: "1", host: start.process.host };
    Deno.writeTextFileSync(`${crashed.directory}/run.jsonl`, JSON.stringify(start) + "\n");
    const { out, error } = await cellar("sync", "--base-url", server.baseUrl);
    expect(error).toBeNull();
    expect(out).toContain(
      `calm-oak-1 (aaaa1111): delivered, 3 rows; ${server.baseUrl}/me/proj/runs/aaaa1111`,
    );
    expect(out).toContain("(bbbb2222): delivered, 2 rows, still running");
    expect(out).toContain("(cccc3333): delivered, 4 rows;");
    for (const run of [finished, running, crashed]) {
      expect(server.run(run.id).rows()).toEqual(run.read());
    }
    expect(server.run("aaaa1111")).toMatchObject({ complete: true, exitCode: 0 });
    expect(server.run("bbbb2222")).toMatchObject({ complete: false });
    expect(server.run("cccc3333")).toMatchObject({ complete: true, exitCode: 1 });
    const again = await cellar("sync", "--base-url", server.baseUrl, "aaaa1111", crashed.directory);
    expect(again.error).toBeNull();
    expect(server.run("aaaa1111").rows()).toEqual(finished.read());
  });

  test("fails and says what is left when the server does not answer", async () => {
    await server.close();
    recording("aaaa1111").log(3).finish();
    const { out, error } = await cellar("sync", "--base-url", server.baseUrl, "--timeout", "0");
    expect(out).toContain(
      "(aaaa1111): 3 of 3 rows left: it does not answer: nothing listens there",
    );
    expect(error).toBe("1 run of 1 not fully delivered");
  });

  test("prints JSON, which holds no key", async () => {
    Deno.env.set("WANDB_API_KEY", KEY);
    server.apiKey = KEY;
    recording("aaaa1111").log(3).finish();
    const { out } = await cellar("sync", "--base-url", `${server.baseUrl}/`, "--json", "aaaa1111");
    expect(JSON.parse(out)).toMatchObject([
      {
        id: "aaaa1111",
        delivered: 3,
        left: 0,
        complete: true,
        state: "finished",
        server: server.baseUrl,
      },
    ]);
    expect(out).not.toContain(KEY);
  });

  test("puts runs into the project and entity that are named", async () => {
    recording("aaaa1111").log(3).finish();
    await cellar(
      "sync",
      "--base-url",
      server.baseUrl,
      "--project",
      "other",
      "--entity",
      "team",
      "aaaa1111",
    );
    expect(server.run("aaaa1111", "other", "team").rows()).toHaveLength(3);
  });

  test("takes a folder of runs, and says when there is nothing to do", async () => {
    recording("aaaa1111").log(3).finish();
    recording("bbbb2222").log(3).finish();
    const { out } = await cellar("sync", "--base-url", server.baseUrl, `${dir}/cellar`);
    expect(out.split("\n")).toHaveLength(2);
    expect((await cellar("sync", "--base-url", server.baseUrl)).out).toBe("Nothing to deliver");
  });

  test("asks for the server when none is named, and for a run that is there", async () => {
    recording("aaaa1111").log(3).finish();
    expect((await cellar("sync", "aaaa1111")).error).toBe(
      "Cannot tell which server is meant: name one with --base-url",
    );
    expect((await cellar("sync", "--base-url", server.baseUrl, "none")).error).toContain(
      'Cannot find the run "none"',
    );
    expect((await cellar("sync", "--base-url", "ftp://x", "aaaa1111")).error).toContain(
      "not an http or https URL",
    );
  });
});

describe("cellar login", () => {
  test("keeps a key that the server accepts, readable by its owner alone, and shows whose it is", async () => {
    server.apiKey = KEY;
    expect(await logIn(server.baseUrl, () => Promise.resolve(`${KEY}\n`))).toEqual({
      server: server.baseUrl,
      user: "me",
    });
    expect(await readKey(server.baseUrl)).toBe(KEY);
    if (Deno.build.os !== "windows") {
      expect((Deno.statSync(`${dir}/cellar/login.json`).mode ?? 0) & 0o777).toBe(0o600);
    }
    const { out } = await cellar("status");
    expect(out).toContain(`${server.baseUrl}: logged in as me`);
    expect(out).not.toContain(KEY);
    recording("aaaa1111").log(3).finish();
    expect((await cellar("sync", "aaaa1111")).error).toBeNull();
    await cellar("logout", server.baseUrl);
    expect(await readKey(server.baseUrl)).toBeUndefined();
  });

  test("keeps nothing when the server refuses the key, and repeats it nowhere", async () => {
    server.apiKey = "another";
    Deno.env.set("WANDB_API_KEY", KEY);
    const { error } = await cellar("login", server.baseUrl);
    expect(error).toContain("it refuses the API key (401: invalid key)");
    expect(error).not.toContain(KEY);
    expect(await readKey(server.baseUrl)).toBeUndefined();
    await expect(logIn(server.baseUrl, () => Promise.resolve(" "))).rejects.toThrow("invalid key");
    Deno.env.delete("WANDB_API_KEY");
    await expect(logIn(server.baseUrl, () => Promise.resolve(" "))).rejects.toThrow(
      "no key was given",
    );
    await expect(logIn(server.baseUrl, () => Promise.resolve("a b"))).rejects.toThrow("no spaces");
  });
});

describe("cellar status and runs", () => {
  test("count what is not delivered, without a server", async () => {
    const run = recording("aaaa1111").log(5).finish();
    await cellar("sync", "--base-url", server.baseUrl);
    const other = recording("bbbb2222").log(2);
    await cellar("sync", "--base-url", server.baseUrl, "bbbb2222");
    other.log(3);
    await server.close();
    const { out } = await cellar("status", "--json");
    const status = JSON.parse(out);
    expect(status.runs.find(({ id }: { id: string }) => id === run.id)).toMatchObject({
      left: 0,
      complete: true,
    });
    expect(status.runs.find(({ id }: { id: string }) => id === other.id)).toMatchObject({
      left: 4,
      rows: 5,
    });
    expect((await cellar("status")).out).toContain("bbbb2222  running   4 rows of 5 left");
    const runs = JSON.parse((await cellar("runs", "--json")).out);
    expect(runs).toHaveLength(2);
    for (const { sync } of runs) expect(sync).toMatchObject([{ baseUrl: server.baseUrl }]);
    expect((await cellar("show", run.id)).out).toContain(`synced to ${server.baseUrl}`);
    expect((await cellar("show", other.id)).out).toContain(`4 rows to send to ${server.baseUrl}`);
    expect((await cellar("runs")).out).toMatch(/bbbb2222 .* not sent .*\n?.*aaaa1111 .* synced/);
  });
});
