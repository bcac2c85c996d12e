import { beforeAll, describe, expect, test } from "vitest";
import { executeNotebook } from "./notebook.ts";
import { RIG, setUp } from "./setup.ts";

beforeAll(setUp, 300_000);

describe("executeNotebook()", () => {
  test("executes cells in the given order, again, and after a restart", async () => {
    const { cells, kernelPids, dead, messages } = await executeNotebook([
      "let count = 40;",
      `console.log("count is", ++count);`,
      "1 + 1",
    ], { order: [0, 1, 1, "restart", 1, 2] });
    // A cell that throws does not stop those after it.
    expect(JSON.stringify(cells[2]?.outputs)).toContain("2");
    // The first kernel counted to 42, the second does not know the name.
    const said = messages.filter(({ type }) => type === "stream").map(({ cell, content }) => ({
      cell,
      text: String(content["text"]).trim(),
    }));
    expect(said).toEqual([
      { cell: 1, text: "count is 41" },
      { cell: 1, text: "count is 42" },
    ]);
    expect(cells[1]?.error).toMatch(/ReferenceError.*count/);
    expect(new Set(kernelPids).size).toBe(2);
    expect(dead).toBe(false);
  });

  test("rejects with what a cell threw when errors are not allowed", async () => {
    const source = [`throw new TypeError("no such thing");`];
    await expect(executeNotebook(source, { allowErrors: false }))
      .rejects.toThrow(/Cannot execute cell 0: .*no such thing/);
  });

  test("imports from the folder of the notebooks, and hands on the environment", async () => {
    const { cells } = await executeNotebook([
      `console.log(Deno.cwd(), Deno.env.get("RIG_TEST"))`,
      `(await import("../deno.json", { with: { type: "json" } })).default.name`,
    ], { env: { RIG_TEST: "handed on" } });
    expect(cells[0]?.outputs[0]?.text).toBe(`${RIG.notebooks} handed on\n`);
    expect(JSON.stringify(cells[1]?.outputs)).toContain("@cellar/cellar");
  });

  test("gives an output that comes after idle to the cell that made it", async () => {
    const { cells, messages } = await executeNotebook([
      `const timer = setTimeout(() => console.log("late"), 50);`,
    ]);
    expect(cells[0]?.outputs).toMatchObject([{ output_type: "stream", text: "late\n" }]);
    const idle = messages.findIndex(({ content }) => content["execution_state"] === "idle");
    expect(messages.findIndex(({ type }) => type === "stream")).toBeGreaterThan(idle);
  });
});

describe("signals to a kernel", () => {
  test("an interrupt ends a plain kernel", async () => {
    const { dead, cells } = await executeNotebook([
      `console.log("waiting"); await new Promise((resolve) => setTimeout(resolve, 60_000));`,
      `console.log("unreachable");`,
    ], { actions: [{ cell: 0, seconds: 0.1, signal: "SIGINT", after: "waiting" }] });
    expect(dead).toBe(true);
    expect(cells[1]?.outputs).toEqual([]);
  });

  test("an interrupt is seen by a listener, and the kernel lives on", async () => {
    const { dead, cells } = await executeNotebook([
      `const stopped = new Promise((resolve) => Deno.addSignalListener("SIGINT", () => resolve(1)));
console.log("waiting"); await stopped; console.log("stopped");`,
      `console.log("alive");`,
    ], { actions: [{ cell: 0, seconds: 0.1, signal: "SIGINT", after: "waiting" }], timeout: 20 });
    expect(dead).toBe(false);
    expect(cells[0]?.outputs.map(({ text }) => text).join("")).toBe("waiting\nstopped\n");
    expect(cells[1]?.outputs).toMatchObject([{ text: "alive\n" }]);
  });

  test("kill -9 in the middle of a loop is reported, with all that came before it", async () => {
    const { dead, messages, kernelPids } = await executeNotebook([
      `console.log("looping"); while (true);`,
    ], { actions: [{ cell: 0, seconds: 0.1, signal: "SIGKILL", after: "looping" }] });
    expect(dead).toBe(true);
    expect(messages.some(({ content }) => content["text"] === "looping\n")).toBe(true);
    expect(() => Deno.kill(kernelPids[0]!, "SIGCONT")).toThrow();
  });
});
