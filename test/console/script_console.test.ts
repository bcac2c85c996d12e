import { describe, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { runDirectories, runScript, type ScriptOptions } from "../session/script.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();
function dir(): string {
  return Deno.makeTempDirSync({ dir: parent });
}

const BEGIN = `
import process from "node:process";
const run = await cellar.init({ project: "console", dir: DIR, mode: "offline", settings: { quiet: true } });
const bytes = (text) => new TextEncoder().encode(text);
`;

/** Runs a script, and gives what it printed and what of that was recorded. */
async function printed(source: string, options: Partial<ScriptOptions> = {}) {
  const result = await runScript(source, { dir: dir(), ...options });
  const lines = [...result.run().console()];
  const recorded = (stream: string) =>
    lines.filter((line) => line.stream === stream).map((line) => `${line.text}\n`).join("");
  return { ...result, lines, recorded };
}

describe("a script's console", () => {
  test("is recorded exactly as it was printed, by every method of console", async () => {
    const { stdout, stderr, recorded, code } = await printed(`${BEGIN}
console.log("text", 1, { a: ["x"], nested: { deep: { deeper: {} } } }, new Map([["k", 1]]));
console.log("%s is %d %o %%", "it", 2, { b: 1 });
console.info("info"); console.debug("debug"); console.log(); console.log("two\\nlines");
console.table([{ a: 1, b: "x" }, { a: 2, b: "y" }]); console.table("no table");
console.dir({ a: { b: { c: { d: {} } } } }, { depth: 0 }); console.dirxml("dirxml");
console.group("outer"); console.log("in"); console.warn("warned");
console.groupCollapsed("inner"); console.error(new Map()); console.groupEnd(); console.groupEnd();
console.count(); console.count("n"); console.count(); console.countReset(); console.count();
console.assert(true, "unsaid"); console.assert(false, "said"); console.assert(false);
console.timeLog("unknown");
`);
    expect(code).toBe(0);
    expect(stdout).toContain("│");
    expect(recorded("stdout")).toBe(stdout);
    // The timer that is not known was complained about, and is none of the run's lines.
    expect(recorded("stderr")).toBe(stderr.replace("Timer 'unknown' does not exist\n", ""));
  });

  test("keeps timers and traces apart from what it is compared with", async () => {
    const { recorded } = await printed(`${BEGIN}
console.time("t"); console.timeLog("t", "half"); console.timeEnd("t"); console.trace("where");
`);
    expect(recorded("stdout")).toMatch(/^t: [\d.]+ms half\nt: [\d.]+ms\n$/);
    expect(recorded("stderr")).toMatch(/^Trace: where\n +at /);
  });

  test("is recorded once, whichever way it is written", async () => {
    const { stdout, stderr, recorded } = await printed(`${BEGIN}
import { Readable } from "node:stream";
import { Console } from "node:console";
Deno.stdout.writeSync(bytes("sync\\n"));
await Deno.stdout.write(bytes("async\\n"));
process.stdout.write("node\\n"); process.stderr.write("node's errors\\n");
process.stdout.cork(); process.stdout.write("cor"); process.stdout.write("ked\\n");
process.stdout.uncork();
await new Promise((resolve) => process.stdout.write("called back\\n", resolve));
Readable.from(["piped\\n"]).pipe(process.stdout, { end: false });
await new Promise((resolve) => setTimeout(resolve, 50));
await new Blob(["streamed\\n"]).stream().pipeTo(Deno.stdout.writable, { preventClose: true });
new Console(process.stdout, process.stderr).warn("of its own");
const smile = bytes("half 😀\\n");
Deno.stdout.writeSync(smile.subarray(0, 7)); Deno.stdout.writeSync(smile.subarray(7));
console.log("last");
`);
    expect(stdout).toContain("piped\n");
    expect(stdout).toContain("streamed\nhalf 😀\nlast\n");
    expect(recorded("stdout")).toBe(stdout);
    expect(recorded("stderr")).toBe(stderr);
  });

  test("of a terminal is recorded once, too", async () => {
    const place = dir();
    const script = `${place}/tty.ts`;
    const root = new URL("../../", import.meta.url);
    Deno.writeTextFileSync(
      script,
      `import * as cellar from ${JSON.stringify(new URL("mod.ts", root).href)};
const DIR = ${JSON.stringify(place)};${BEGIN}
process.stdout.write("node\\n"); Deno.stdout.writeSync(bytes("deno\\n")); console.log("console");
if (!Deno.stdout.isTerminal()) throw new Error("no terminal");
await run.finish();`,
    );
    const python = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)";
    const config = new URL("deno.json", root).pathname;
    const { code } = await new Deno.Command("python3", {
      args: ["-c", python, Deno.execPath(), "run", "-A", "--config", config, script],
      stdin: "null",
      env: { NO_COLOR: "1" },
    }).output();
    expect(code).toBe(0);
    const [directory = ""] = runDirectories(place);
    expect([...openRun(directory).console()].map((line) => line.text))
      .toEqual(["node", "deno", "console"]);
  });

  test("holds a progress bar as one line, however it goes back", async () => {
    const { recorded } = await printed(`${BEGIN}
for (let i = 0; i <= 100; i++) process.stderr.write(\`\\r\${i} %\`);
process.stderr.write("\\n");
for (let i = 0; i <= 100; i++) process.stderr.write(\`\\x1b[2K\\x1b[1G\${i} of 100\`);
process.stderr.write("\\n");
for (let i = 0; i <= 3; i++) Deno.stdout.writeSync(bytes(\`\${i} left\\r\`));
Deno.stdout.writeSync(bytes("unfinished"));
`);
    expect(recorded("stderr")).toBe("100 %\n100 of 100\n");
    expect(recorded("stdout")).toBe("unfinished\n");
  });

  test("ends with the error that nobody caught, in full", async () => {
    const { lines, code } = await printed(`${BEGIN}
console.log("before");
function work() { throw new RangeError("it broke"); }
work();`);
    expect(code).toBe(1);
    const [first, error, where] = lines;
    expect(first).toMatchObject({ stream: "stdout", text: "before" });
    expect(error).toMatchObject({ stream: "stderr", text: "Uncaught RangeError: it broke" });
    expect(where?.text).toMatch(/^ +at work /);
    expect(error!.time).toBeGreaterThanOrEqual(first!.time);
  });

  test("loses no line to kill -9, nor to Deno.exit()", async () => {
    for (const end of [`Deno.kill(Deno.pid, "SIGKILL");`, `Deno.exit(3);`]) {
      const { recorded } = await printed(`${BEGIN}
for (let i = 0; i < 50; i++) console.log("line", i);
${end}`);
      expect(recorded("stdout").split("\n")).toHaveLength(51);
    }
  });

  test("is not recorded under capture: false and WANDB_CONSOLE=off", async () => {
    for (
      const [settings, env] of [["{ quiet: true, capture: false }", {}], ["{ quiet: true }", {
        WANDB_CONSOLE: "off",
      }]] as const
    ) {
      const result = await printed(
        `const before = console.log;
await cellar.init({ dir: DIR, mode: "offline", settings: ${settings} });
console.log("mine", console.log === before);`,
        { env },
      );
      expect(result.stdout).toBe("mine true\n");
      expect(result.lines).toEqual([]);
    }
  });

  test("is left as it was at the end, and what is printed then is not recorded", async () => {
    const { stdout, recorded } = await printed(`
const keys = ["log", "error", "table"];
const before = [...keys.map((key) => console[key]), Deno.stdout.write, Deno.stdout.writeSync, Deno.stdout.writable];
${BEGIN}
console.log(keys.some((key) => console[key] === before[keys.indexOf(key)]));
await run.finish();
const after = [...keys.map((key) => console[key]), Deno.stdout.write, Deno.stdout.writeSync, Deno.stdout.writable];
console.log(after.every((value, i) => value === before[i]), Object.keys(Deno.stdout));
`);
    expect(stdout).toBe("false\ntrue []\n");
    expect(recorded("stdout")).toBe("false\n");
  });

  test("keeps a wrapper that somebody put around it, and hears the next run once", async () => {
    const { stdout } = await printed(`${BEGIN}
const ours = console.log;
console.log = (...args) => ours("wrapped", ...args);
await run.finish();
console.log("between");
const next = await cellar.init({ dir: DIR, mode: "offline", settings: { quiet: true } });
console.log("again");
const { openRun } = cellar;
await next.finish();
ours([...openRun(next.directory).console()].map((line) => line.text).join());
`);
    // What somebody else makes of a call comes after it was heard.
    expect(stdout).toBe("wrapped between\nwrapped again\nagain\n");
  });

  test("prints what an object prints while it is formatted once, and in order", async () => {
    const { stdout, recorded } = await printed(`${BEGIN}
const nosy = { [Symbol.for("Deno.customInspect")]() { console.log("inspected"); return "nosy"; } };
console.log("an object:", nosy);
console.log([nosy]);
`);
    expect(stdout).toBe("inspected\nan object: nosy\ninspected\n[ nosy ]\n");
    expect(recorded("stdout")).toBe(stdout);
  });

  test("throws and returns what it did before", async () => {
    const { stdout, code } = await printed(`
const bad = { [Symbol.for("Deno.customInspect")]() { throw new Error("cannot be shown"); } };
const attempt = () => { try { return String(console.log(bad)); } catch (error) { return error.message; } };
const before = attempt();
${BEGIN}
const count = Deno.stdout.writeSync(bytes("four\\n"));
console.log(attempt() === before, count, await Deno.stdout.write(bytes("")), process.stdout.write("x\\n"));
`);
    expect(code).toBe(0);
    expect(stdout).toBe("four\nx\ntrue 5 0 true\n");
  });

  test("is recorded by each of two runs that are active at once", async () => {
    const place = dir();
    await runScript(
      `const options = { dir: DIR, mode: "offline", settings: { quiet: true } };
const a = await cellar.init({ ...options, id: "a" });
console.log("a");
const b = await cellar.init({ ...options, id: "b" });
console.log("both");
await a.finish();
console.log("b");
await b.finish();`,
      { dir: place },
    );
    const texts = runDirectories(place).map((directory) =>
      [...openRun(directory).console()].map((line) => line.text)
    );
    expect(texts).toEqual([["a", "both"], ["both", "b"]]);
  });

  test("needs no more than the permission to write", async () => {
    const place = dir();
    await runScript(
      `const run = await cellar.init({ dir: DIR, mode: "offline" }); console.log("mine"); await run.finish();`,
      { dir: place, permissions: [`--allow-write=${place}`] },
    );
    const [directory = ""] = runDirectories(place);
    expect([...openRun(directory).console()].map((line) => line.text)).toContain("mine");
  });
});
