import { describe, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { RunClock } from "../../src/run/clock.ts";
import { runDirectories, runScript } from "../session/script.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();

async function recorded(): Promise<string> {
  const dir = Deno.makeTempDirSync({ dir: parent });
  await runScript(
    `const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
for (let i = 0; i < 10; i++) run.log({ i, text: "grün" });`,
    { dir },
  );
  return runDirectories(dir)[0]!;
}

describe("openRun()", () => {
  test("drops a torn last line, and nothing more", async () => {
    const directory = await recorded();
    const bytes = Deno.readFileSync(`${directory}/history.jsonl`);
    const last = bytes.lastIndexOf(10, bytes.length - 2) + 1;
    for (let length = last; length < bytes.length; length++) {
      Deno.writeFileSync(`${directory}/history.jsonl`, bytes.subarray(0, length));
      const run = openRun(directory);
      expect([run.length, run.damaged]).toEqual([9, 0]);
    }
  });

  test("passes over corrupted lines, and counts them", async () => {
    const directory = await recorded();
    const lines = Deno.readTextFileSync(`${directory}/history.jsonl`).split("\n");
    lines[3] = lines[3]!.slice(0, 20);
    lines[5] = "\u0000\u0000\u0000";
    lines[7] = "[1,2]";
    Deno.writeTextFileSync(`${directory}/history.jsonl`, lines.join("\n"));
    const run = openRun(directory);
    expect(run.damaged).toBe(3);
    expect(run.columns(["i"]).i).toEqual([0, 1, 2, 4, 6, 8, 9]);
  });

  test("says what is wrong with a directory that holds no run", () => {
    expect(() => openRun(parent)).toThrow(/Cannot open .*: it holds no run/);
  });

  test("tells a run whose process id was taken by another process from a running one", async () => {
    const directory = await recorded();
    const text = Deno.readTextFileSync(`${directory}/run.jsonl`);
    const lines = text.split("\n").filter((line) => !line.includes(`"type":"finish"`));
    // This very process has the id, but began at another time than the one that recorded.
    const start = { ...JSON.parse(lines[0]!) };
    start.process = { ...start.process, pid: Deno.pid };
    Deno.writeTextFileSync(
      `${directory}/run.jsonl`,
      [JSON.stringify(start), ...lines.slice(1)].join("\n"),
    );
    expect(openRun(directory).state).toBe("crashed");
  });
});

describe("RunClock", () => {
  test("now() is the wall clock's time, however the monotonic one drifts", () => {
    let wall = 1_000_000;
    let monotonic = 0;
    const clock = new RunClock(undefined, { wall: () => wall, monotonic: () => monotonic });
    for (const [passed, slower] of [[100, 98], [100, 103], [10_000, 9_700], [5_000, 5_200]]) {
      wall += passed!;
      monotonic += slower!;
      expect(clock.now()).toBe(wall / 1000);
    }
    // Small steps back make time stand still, and not go back.
    const before = clock.now();
    wall -= 200;
    expect(clock.now()).toBe(before);
  });

  test("does not go back when the system's clock does, and follows it ahead", () => {
    let wall = 1_000_000;
    let monotonic = 0;
    const clock = new RunClock(undefined, { wall: () => wall, monotonic: () => monotonic });
    const pass = (ms: number) => {
      wall += ms;
      monotonic += ms;
    };
    pass(500);
    expect(clock.now()).toBe(1000.5);
    wall -= 3_600_000;
    pass(500);
    expect(clock.now()).toBe(1001);
    expect(clock.wentBack).toBe(true);
    wall += 3_600_000;
    pass(500);
    expect(clock.now()).toBe(1001.5);
    // A laptop that slept: the monotonic clock stood still.
    wall += 60_000;
    expect(clock.now()).toBe(1061.5);
  });
});
