import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Interop, type PythonResult, startInterop } from "./sdk.ts";
import { setUpWandb } from "./setup.ts";

let interop: Interop;
let python: PythonResult;

beforeAll(async () => {
  await setUpWandb();
  interop = await startInterop();
  python = await interop.python("branches.py");
  expect(python.code, python.output).toBe(0);
}, 400_000);
afterAll(() => interop?.[Symbol.asyncDispose]());

/** Rows as the script reads them: consecutive steps from 0 on. */
function stepped(...values: number[]) {
  return { rows: values.map((v, step) => [step, v]), history: values, last: values.length - 1 };
}

describe("the wandb SDK", () => {
  test("init() with fork_from begins with the parent's rows up to the step", () => {
    const { fork_start, fork, trunk, fork2, whole } = python.result;
    expect(fork_start).toBe(3);
    const end = { state: "finished" };
    expect(fork).toMatchObject({
      ...stepped(0, 1, 2, 100, 101),
      ...end,
      v: 101,
      config: { lr: 2 },
    });
    expect(trunk).toMatchObject({
      ...stepped(0, 1, 2, 3, 4, 5),
      v: 5,
      config: { lr: 1 },
      tags: ["old"],
    });
    expect(fork2).toMatchObject({ ...stepped(0, 1, 2, 100, 200), ...end });
    expect(whole).toMatchObject({ ...stepped(0, 1, 2, 3, 4, 5, 6), ...end });
  });

  test("init() with fork_from of a later step than there is has all rows, and goes on there", () => {
    expect(python.result.beyond).toMatchObject({
      rows: [...stepped(0, 1, 2, 3, 4, 5).rows, [51, 7]],
      last: 51,
    });
  });

  test("init() resumes and rewinds a fork like any run, also behind its beginning", () => {
    const { fork_resumed, fork_rewound } = python.result;
    expect(fork_resumed).toMatchObject(stepped(0, 1, 2, 100, 101, 102));
    expect(fork_rewound).toMatchObject(stepped(0, 1, 300));
  });

  test("init() with fork_from or resume_from of no run says so, and makes none", () => {
    const { fork_missing, rewind_missing, fork_metric, orphans } = python.result;
    expect(fork_missing).toContain('Cannot fork the run "nowhere": there is none in');
    expect(rewind_missing).toContain("Cannot find the run");
    expect(fork_metric).toContain("only the metric '_step' is supported");
    expect(orphans).toEqual([]);
  });

  test("init() with resume_from goes back to any step, more than once, and is gone on with", () => {
    const { rewound_to_first, rewound_to_last, resumed_after } = python.result;
    expect(rewound_to_first).toMatchObject({ ...stepped(0, 10, 11), v: 11 });
    expect(rewound_to_last).toMatchObject({ ...stepped(0, 10, 11, 12), v: 12 });
    expect(resumed_after).toMatchObject({
      ...stepped(0, 10, 11, 12, 13),
      tags: ["new"],
      config: { more: 1 },
      state: "finished",
    });
  });

  test("init() finds the run of its folder again, and keeps runs of one process apart", () => {
    expect(python.result.auto).toMatchObject(stepped(1, 2));
    expect(python.result.at_once).toEqual([[0, 1, 2], [0, -1, -2]]);
  });
});
