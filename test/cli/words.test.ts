import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { main } from "../../src/cli.ts";
import { wordsOf } from "../../src/cli/words_of.ts";
import { fromFileUrl } from "../session/paths.ts";
import { Recording } from "../sync/recording.ts";
import { tempDir } from "../temp.ts";

const CLI = fromFileUrl(new URL("../../src/cli.ts", import.meta.url));
const parent = tempDir();
let dir: string;
let config: string | undefined;

beforeEach(() => {
  dir = Deno.makeTempDirSync({ dir: parent });
  config = Deno.env.get("XDG_CONFIG_HOME");
  Deno.env.set("XDG_CONFIG_HOME", `${dir}/config`);
});
afterEach(() => {
  if (config === undefined) Deno.env.delete("XDG_CONFIG_HOME");
  else Deno.env.set("XDG_CONFIG_HOME", config);
  vi.restoreAllMocks();
});

/** Runs the command as a shell does: its exit code, and what it wrote. */
async function cellar(...args: string[]) {
  const [out, error]: [string[], string[]] = [[], []];
  vi.spyOn(console, "error").mockImplementation((text) => error.push(String(text)));
  // What the parser of the command line says.
  vi.spyOn(process.stderr, "write").mockImplementation((text) => error.push(String(text)) > 0);
  const code = await main(["-d", dir, ...args], (text) => out.push(text));
  vi.restoreAllMocks();
  return { code, out: out.join("\n"), error: error.join("\n").replaceAll(dir, "DIR") };
}

function makeRun(id: string, { name = "calm-oak-1", ended = true } = {}) {
  const directory = `${dir}/cellar/run-20261124_093000-${id}`;
  const run = new Recording(directory, { id }).log(2);
  if (ended) run.finish();
  const path = `${directory}/run.jsonl`;
  const text = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, text.replace('"calm-oak-1"', JSON.stringify(name)));
  return run;
}

test("cellar says in words what is wrong with a folder, a file, a run or a number", async () => {
  makeRun("aaaa1111");
  Deno.writeTextFileSync(`${dir}/file`, "");
  const said = async (...args: string[]) => {
    const { code, out, error } = await cellar(...args);
    expect([code, out], args.join(" ")).toEqual([1, ""]);
    return error;
  };
  expect(await said("-d", `${dir}/nowhere`, "runs")).toBe(
    'cellar: Cannot find the folder "DIR/nowhere"',
  );
  expect(await said("-d", `${dir}/file`, "runs")).toBe(
    'cellar: Cannot use "DIR/file/cellar": not a directory',
  );
  expect(await said("show", `${dir}/file`)).toContain(
    "it is neither a run directory nor the id or",
  );
  for (const format of ["csv", "json", "parquet"]) {
    expect(await said("export", "-o", `${dir}/nowhere/rows.${format}`)).toBe(
      `cellar: Cannot use "DIR/nowhere/rows.${format}": no such file or directory`,
    );
  }
  expect(await said("export", "-f", "csv", "-o", dir)).toBe(
    'cellar: Cannot use "DIR": is a directory',
  );
  expect(await said("login")).toContain("name one with `cellar login URL`");
  expect(await said("login", "example.org")).toContain("it is not an http or https URL");
  expect(await said("server", "--port", "")).toContain("it is not a port");
  expect(await said("server", "--data", `${dir}/file`)).toBe(
    'cellar: Cannot use "DIR/file": file exists',
  );
  expect(await said("server", "--data", `${dir}/d`, "--public-url", "example.org")).toContain(
    "it is not an http or https URL",
  );
  expect(await said("server", "--data", `${dir}/d`, "--host", "no.invalid", "--port", "0")).toMatch(
    /^cellar: Cannot listen on no\.invalid:0: /,
  );
  expect(await said("server", "users")).toContain('Cannot find the command "users"');
  expect(await said("server", "backup", `${dir}/d`, "--data", `${dir}/d`)).toContain(
    "the copy would take its place",
  );
});

test("main() gives the exit code of what the command line does not have", async () => {
  const unknown = await cellar("nonsense");
  expect(unknown).toMatchObject({ code: 1, error: expect.stringContaining("Unknown command") });
  expect((await cellar("runs", "--nonsense")).code).toBe(1);
  expect((await cellar("export", "-f", "xml")).error).toContain("Allowed choices are csv");
  expect((await cellar("sync", "--timeout", "soon")).error).toContain("no number of seconds");
});

test("a run that is broken is left out, said, and hides no other", async () => {
  const { id } = makeRun("aaaa1111");
  const broken = `${dir}/cellar/run-20261125_093000-bbbb2222`;
  Deno.mkdirSync(broken);
  Deno.writeTextFileSync(`${broken}/run.jsonl`, '{"type":"garb');
  Deno.mkdirSync(`${dir}/cellar/run-20261126_093000-cccc3333/run.jsonl`, { recursive: true });

  const { code, out, error } = await cellar("runs");
  expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`^${id} .*calm-oak-1$`))]);
  expect(error).toContain("left out DIR/cellar/run-20261125_093000-bbbb2222: ");
  expect(error).toContain("left out DIR/cellar/run-20261126_093000-cccc3333: ");
  const { runs } = JSON.parse((await cellar("status", "--json")).out);
  expect(runs.map(({ id }: { id: string }) => id)).toEqual([id]);
  expect((await cellar("sync")).out).toBe("Nothing to deliver");
  for (const command of ["show", "cells", "export", "replay", "sync"]) {
    for (const run of ["bbbb2222", "cccc3333"]) {
      const answer = await cellar(command, run);
      expect([answer.code, answer.out], command).toEqual([1, ""]);
      expect(answer.error).toMatch(/Cannot open ".*": it holds no run$/);
    }
  }
});

test("a run with a line of no meaning is left out, and the others are there", async () => {
  const { id } = makeRun("aaaa1111");
  const { directory } = makeRun("dddd4444");
  const meaningless = '{"type":"config","set":null}\n{"type":"finish"}\n';
  Deno.writeTextFileSync(`${directory}/run.jsonl`, meaningless, { append: true });
  for (const command of ["runs", "status"]) {
    const { code, out, error } = await cellar(command);
    expect([code, error]).toEqual([0, expect.stringContaining("dddd4444: its files are damaged")]);
    expect(out).toContain(command === "runs" ? id : "1 run here");
  }
  expect((await cellar("show", id)).code).toBe(0);
});

test("names from elsewhere give a terminal no orders", async () => {
  makeRun("aaaa1111", { name: "\u001b[2J\u009b31mred\u202etxt\nnext", ended: false });
  for (const command of ["runs", "status", "show"]) {
    const { out } = await cellar(command);
    expect(out, command).toContain("[2J");
    // deno-lint-ignore no-control-regex -- these are what a terminal obeys
    expect(out, command).not.toMatch(/[\u001b\u009b\u202e]/);
  }
  expect((await cellar("runs")).out.split("\n")).toHaveLength(1);
});

test("cellar runs says when there are none, and logout when there was no key", async () => {
  expect(await cellar("runs")).toEqual({ code: 0, out: "", error: "No runs below DIR/cellar" });
  expect((await cellar("runs", "--json")).out).toBe("[]");
  const logout = await cellar("logout", "http://127.0.0.1:1");
  expect(logout).toMatchObject({ code: 0, out: "There is no key for http://127.0.0.1:1" });
});

test("wordsOf() is silent about mistakes of ours", () => {
  expect(wordsOf(new Deno.errors.PermissionDenied("Permission denied (os error 13): open 'a'")))
    .toBe(
      'Cannot use "a": permission denied',
    );
  expect(wordsOf(new Error("ENOSPC: no space left on device, write"))).toBe(
    "Cannot go on: no space left on device",
  );
  const { x } = { x: undefined } as { x: unknown };
  for (const mistake of [() => (x as string).length, () => BigInt(0.5), () => 1n ** -1n]) {
    let error: unknown;
    try {
      mistake();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(Error);
    expect(wordsOf(error)).toBeUndefined();
  }
});

test.skipIf(Deno.build.os === "windows")(
  "an output that nobody reads any more ends the command, without a word",
  async () => {
    const run = makeRun("aaaa1111").log(200_000);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", CLI, "export", run.directory],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    const { code } = await child.status;
    expect(code).toBe(141);
    expect(await new Response(child.stderr).text()).toBe("");
  },
);

test("cellar takes a run's name, and asks for an id where several have it", async () => {
  makeRun("aaaa1111", { name: "first one" });
  makeRun("bbbb2222", { name: "twice" });
  makeRun("cccc3333", { name: "twice" });
  expect((await cellar("show", "first one")).out).toContain("first one (aaaa1111)");
  expect((await cellar("export", "first one")).code).toBe(0);
  const { code, error } = await cellar("show", "twice");
  expect(code).toBe(1);
  expect(error).toMatch(
    /^cellar: Cannot tell which run is meant by "twice": 2 runs have that name\. Give an id: /,
  );
  expect(error).toContain("bbbb2222");
  expect(error).toContain("cccc3333");
});

test("cellar runs has when each began", async () => {
  makeRun("aaaa1111");
  expect((await cellar("runs")).out).toMatch(
    /^aaaa1111 {2}finished {2}.* rows {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}local {5}/,
  );
});

test("cellar export asks for a format where the file's name ends with another", async () => {
  makeRun("aaaa1111");
  const { code, error } = await cellar("export", "-o", `${dir}/rows.tsv`);
  expect(code).toBe(1);
  expect(error).toBe(
    'cellar: Cannot tell what to write to "DIR/rows.tsv": its name ends with none of ' +
      ".csv, .json, .parquet. Give --format",
  );
  expect((await cellar("export", "-o", `${dir}/rows.tsv`, "-f", "csv")).code).toBe(0);
  expect((await cellar("export", "-o", `${dir}/rows`, "-k", "loss")).out).toBe(
    `Wrote 2 rows of 1 column to ${dir}/rows`,
  );
});

test("cellar says what is wrong with its command line as it says everything else", async () => {
  for (const args of [["frobnicate"], ["sync", "--frob"], ["export", "-f", "xml"]]) {
    const { code, out, error } = await cellar(...args);
    expect([code, out]).toEqual([1, ""]);
    expect(error).toMatch(/^cellar: (?:Unknown|Option) /);
  }
});

test("cellar show says how a run failed", async () => {
  makeRun("aaaa1111", { ended: false }).finish(3);
  expect((await cellar("show", "aaaa1111")).out).toContain("failed with exit code 3, ");
  const { directory } = makeRun("bbbb2222", { ended: false });
  const error = { type: "error", message: "TypeError: no such layer\u001b[2J", time: 1 };
  Deno.writeTextFileSync(`${directory}/run.jsonl`, JSON.stringify(error) + "\n", { append: true });
  const { out } = await cellar("show", "bbbb2222");
  expect(out).toContain("\nerror: TypeError: no such layer");
  expect(out).not.toContain("\u001b");
});
