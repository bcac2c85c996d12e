import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkRows } from "./checks.ts";
import { type Interop, type PythonResult, startInterop } from "./sdk.ts";
import { setUpWandb } from "./setup.ts";

const ENDS = ["exit4", "interrupted", "killed", "preempted"] as const;
let interop: Interop;
let quiet: PythonResult;
let gone: PythonResult;
let ends: Record<typeof ENDS[number], PythonResult>;

beforeAll(async () => {
  await setUpWandb();
  interop = await startInterop();
  const end = async (how: typeof ENDS[number]) =>
    [how, await interop.python("exits.py", { args: [how] })] as const;
  // Half a minute of silence, in which the others run.
  const silence = interop.python("quiet.py");
  gone = await interop.python("gone.py");
  ends = Object.fromEntries(await Promise.all(ENDS.map(end))) as typeof ends;
  quiet = await silence;
}, 400_000);
afterAll(() => interop?.[Symbol.asyncDispose]());

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

  test("that was deleted meanwhile is brought whole by wandb sync, and once only", async () => {
    expect(gone.code, gone.output).toBe(0);
    expect(gone.output).toContain("Fatal error while uploading data");
    // What it said of its config at its end has made it again, without a row.
    await checkRows({ interop, id: "gone" }, 0, { state: "running", exitCode: null });
    const folder = gone.result.dir.replace(/\/files$/, "");
    const sync = (...options: string[]) => interop.wandb(["sync", "--yes", ...options, folder]);
    const first = await sync("--include-online");
    expect(first.code, first.output).toBe(0);
    await checkRows({ interop, id: "gone" }, 20, { state: "finished", exitCode: 0 });
    const again = await sync("--include-online", "--include-synced");
    expect(again.code, again.output).toBe(0);
    expect(again.output).toContain("Finished syncing");
    await checkRows({ interop, id: "gone" }, 20, { state: "finished", exitCode: 0 });
  }, 60_000);
});
