/**
 * What takes clients many seconds of waiting, all at the same time: silence, stops, endings, and
 * servers that fail, ask to wait or are away.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CELLAR_FAULTY } from "./cellar_runs.ts";
import { checkRows, readFile } from "./checks.ts";
import { type Paced, recordPaced } from "./paced.ts";
import { type Fault, Proxy } from "./proxy.ts";
import { type Interop, type PythonResult, type ScriptOutput, startInterop } from "./sdk.ts";
import { setUpWandb } from "./setup.ts";

const ENDS = ["exit4", "interrupted", "killed", "preempted"] as const;
let proxy: Proxy;
let interop: Interop;
let away: Interop;
let quiet: PythonResult;
let stopped: PythonResult;
let faulty: PythonResult;
let ours: ScriptOutput;
let paced: Paced;
let down: PythonResult;
let gone: PythonResult;
let failing: PythonResult;
let ends: Record<typeof ENDS[number], PythonResult>;

/** Each of these fails as often as it says, for each run. */
const FAULTS: readonly { op: string; run: RegExp; answers: readonly (() => Response)[] }[] = [
  {
    op: "UpsertBucket",
    run: /failing-server$/,
    answers: [() => new Response("broken", { status: 500 }), gateway],
  },
  {
    op: "file_stream",
    run: /failing-server$/,
    answers: [() => new Response("{}", { status: 500 }), gateway],
  },
  {
    op: "CreateRunFiles",
    run: /failing-server$/,
    answers: [() => Response.json({ errors: [{ message: "busy" }] }, { status: 503 })],
  },
  {
    op: "file_stream",
    run: /throttled$/,
    answers: [() => Response.json({}, { status: 429, headers: { "retry-after": "3" } })],
  },
  {
    op: "UpsertBucket",
    run: /^refused$/,
    answers: [() => Response.json({ data: null, errors: [{ message: "no more runs" }] })],
  },
];

function gateway(): Response {
  return new Response("<html>Bad Gateway</html>", {
    status: 502,
    headers: { "content-type": "text/html" },
  });
}

const fault: Fault = ({ op, run }, earlier) => {
  const rule = FAULTS.find((rule) => rule.op === op && rule.run.test(run));
  const before = earlier.filter((seen) => seen.op === op && seen.run === run).length;
  return rule?.answers[before]?.();
};

beforeAll(async () => {
  await setUpWandb();
  proxy = new Proxy("");
  proxy.fault = fault;
  interop = await startInterop(proxy);
  away = await startInterop();
  const end = async (how: typeof ENDS[number]) =>
    [how, await interop.python("exits.py", { args: [how] })] as const;
  const waiting = Promise.all([
    interop.python("quiet.py"),
    interop.python("stopped.py"),
    interop.python("faulty.py"),
    interop.cellar(CELLAR_FAULTY),
    recordPaced(await Deno.makeTempDir({ dir: interop.folder })),
  ]);
  // Few at a time: a process of the SDK takes two seconds of a processor.
  down = await runWithoutServer();
  [gone, failing] = await Promise.all([interop.python("gone.py"), interop.python("failing.py")]);
  ends = Object.fromEntries(await Promise.all(ENDS.map(end))) as typeof ends;
  [quiet, stopped, faulty, ours, paced] = await waiting;
}, 400_000);
afterAll(async () => {
  await away?.[Symbol.asyncDispose]();
  await interop?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
});

/** Takes the server away in the middle of a run, for three seconds. */
async function runWithoutServer(): Promise<PythonResult> {
  const script = away.python("down.py");
  let ended = false;
  script.finally(() => ended = true);
  const isLogging = () => Deno.stat(`${away.folder}/is-logging`).then(() => true, () => false);
  while (!ended && !await isLogging()) await new Promise((resolve) => setTimeout(resolve, 50));
  await away.restart(3000, () => Deno.writeTextFile(`${away.folder}/is-down`, ""));
  return await script;
}

describe.each([
  ["the wandb SDK", ""],
  ["Cellar's client", "cellar-"],
])("with %s and a server that fails", (_name, prefix) => {
  test("finish() brings every row and file past errors of the server", async () => {
    const id = `${prefix}failing-server`;
    await checkRows({ interop, id }, 20, { state: "finished", exitCode: 0 });
    expect(await readFile({ interop, id }, "kept.txt")).toBe("kept");
    for (const [op, times] of [["UpsertBucket", 3], ["file_stream", 3], ["CreateRunFiles", 2]]) {
      const seen = proxy.of(op as string).filter(({ run }) => run === id);
      expect(seen.length, op as string).toBeGreaterThanOrEqual(times as number);
    }
  });

  test("finish() waits for as long as Retry-After says", async () => {
    const id = `${prefix}throttled`;
    await checkRows({ interop, id }, 20, { state: "finished", exitCode: 0 });
    const [first, second] = proxy.of("file_stream").filter(({ run }) => run === id);
    expect(second!.at - first!.at).toBeGreaterThan(2_900);
  });
});

describe("a server that fails", () => {
  test("gives the wandb SDK the reason of a run that it refuses", () => {
    expect(faulty.code, faulty.output).toBe(0);
    expect(faulty.result.refused).toContain("no more runs");
    expect(ours.code, ours.output).toBe(0);
  });
});

test("Cellar's client keeps 15 s between requests to other servers, whatever comes", () => {
  const { sent, rows, recorded } = paced;
  expect(sent).toHaveLength(3);
  const [first, second] = sent;
  expect(second!.at - first!.at).toBeGreaterThanOrEqual(14_900);
  expect(second!.json.files!["wandb-history.jsonl"]!.content.length).toBeGreaterThan(5);
  expect(rows).toEqual(recorded);
});

describe("a run of the wandb SDK", () => {
  test("that ends with an exit code, or by an interrupt, has failed", async () => {
    expect(ends.exit4.code).toBe(4);
    await checkRows({ interop, id: "exit4" }, 10, { state: "failed", exitCode: 4 });
    expect(ends.interrupted.output).toContain("KeyboardInterrupt");
    await checkRows({ interop, id: "interrupted" }, 10, { state: "failed", exitCode: 255 });
  });

  test("that is killed has sent nothing, and counts as running until it was silent for long", async () => {
    expect(ends.killed.code).toBe(137);
    await checkRows({ interop, id: "killed" }, 0, { state: "running", exitCode: null });
  });

  test("that is preempted says so at once", async () => {
    expect(ends.preempted.output).toContain("state: preempting");
    await checkRows({ interop, id: "preempted" }, 10, { state: "finished", exitCode: 0 });
  });

  test("that has nothing to say is heard of each half minute", () => {
    expect(quiet.code, quiet.output).toBe(0);
    const { after, state } = quiet.result;
    expect(after).toBeGreaterThan(25);
    expect(after).toBeLessThan(60);
    expect(state).toBe("running");
  });

  test(
    "that was deleted meanwhile stays so, until wandb sync brings it whole, and once only",
    async () => {
      expect(gone.code, gone.output).toBe(0);
      expect(gone.output).toContain("Fatal error while uploading data");
      // What it said of its config at its end has not made it again.
      await expect(interop.stored("gone")).rejects.toThrow("The server has no run gone");
      const folder = gone.result.dir.replace(/\/files$/, "");
      const sync = (...options: string[]) => interop.wandb(["sync", "--yes", ...options, folder]);
      const first = await sync("--include-online");
      expect(first.code, first.output).toBe(0);
      await checkRows({ interop, id: "gone" }, 20, { state: "finished", exitCode: 0 });
      // It appends all of it once more, to a server that has lost some.
      await interop.data.store.lines.truncate((await interop.stored("gone")).key, "history", 12);
      const again = await sync("--include-online", "--include-synced");
      expect(again.code, again.output).toBe(0);
      expect(again.output).toContain("Finished syncing");
      await checkRows({ interop, id: "gone" }, 20, { state: "finished", exitCode: 0 });
      expect(await interop.stored("gone")).toMatchObject({ historyLines: 20, alerts: 1 });
    },
    60_000,
  );

  test("stop() interrupts the script, and the run counts as killed", async () => {
    expect(stopped.result, stopped.output).toEqual({ stopped: true });
    expect(await interop.stored("stopped")).toMatchObject({ state: "killed", exitCode: 255 });
  });

  test("init() with a wrong key says why, and an exception fails its run", async () => {
    expect(failing.output).toContain("refused: ");
    expect(failing.output).toContain("the API key is not valid here");
    expect(failing.code).toBe(1);
    expect(await interop.stored("failing")).toMatchObject({ state: "failed", exitCode: 1 });
  });

  test("log() goes on while the server is away, and finish() brings every row", async () => {
    expect(down.code, down.output).toBe(0);
    await checkRows({ interop: away, id: "down" }, 100, { state: "finished", exitCode: 0 });
  });
});
