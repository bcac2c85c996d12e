import { describe, expect, test } from "vitest";
import {
  commandLine,
  splitNul,
  splitPs,
  splitWindows,
} from "../../../src/notebook/kernel/command_line.ts";
import {
  connectionFileOf,
  findConnection,
  parseConnection,
} from "../../../src/notebook/kernel/connection.ts";

const FILE = {
  transport: "tcp",
  ip: "127.0.0.1",
  iopub_port: 5001,
  shell_port: 5002,
  key: "secret",
  signature_scheme: "hmac-sha256",
};

describe("parseConnection()", () => {
  test("takes what is needed to listen", () => {
    expect(parseConnection(JSON.stringify(FILE)))
      .toEqual({ transport: "tcp", ip: "127.0.0.1", iopubPort: 5001, key: "secret" });
  });

  test.each([
    ["no JSON", "{", "it is not JSON"],
    ["a list", "[]", "it is not an object"],
    ["a transport of its own", { transport: "udp" }, `transport is "udp"`],
    ["no address", { ip: "" }, `ip is ""`],
    ["a port that is text", { iopub_port: "5001" }, `iopub_port is "5001"`],
    ["a port that is none", { iopub_port: 65_536 }, "iopub_port is 65536"],
    ["a port that is NaN", { iopub_port: NaN }, "iopub_port is null"],
    ["a key that is no text", { key: 5 }, "key is"],
    ["another signature", { signature_scheme: "hmac-md5" }, `signature_scheme is "hmac-md5"`],
  ])("rejects %s", (_, change, reason) => {
    const text = typeof change === "string" ? change : JSON.stringify({ ...FILE, ...change });
    expect(() => parseConnection(text)).toThrow(
      `Cannot read the kernel's connection file: ${reason}`,
    );
  });
});

describe("connectionFileOf()", () => {
  test("finds the file in a kernel's command line on every system", () => {
    const nul = splitNul("/usr/bin/deno\0jupyter\0--kernel\0--conn\0/tmp/a b/k.json\0");
    const ps = splitPs("/usr/bin/deno jupyter --kernel --conn /tmp/a  b/k.json\n");
    const windows = splitWindows(
      `"C:\\Program Files\\deno.exe" jupyter --kernel --conn "C:\\Users\\a b\\k.json"\r\n`,
    );
    expect(connectionFileOf(nul)).toBe("/tmp/a b/k.json");
    expect(connectionFileOf(ps)).toBe("/tmp/a  b/k.json");
    expect(windows).toEqual([
      "C:\\Program Files\\deno.exe",
      "jupyter",
      "--kernel",
      "--conn",
      "C:\\Users\\a b\\k.json",
    ]);
    expect(connectionFileOf(windows)).toBe("C:\\Users\\a b\\k.json");
    expect(connectionFileOf(["deno", "jupyter", "--kernel", "--conn=x.json"])).toBe("x.json");
  });

  test("takes no other program for a kernel", () => {
    expect(connectionFileOf(["deno", "run", "main.ts", "--conn", "x.json"])).toBeNull();
    expect(connectionFileOf(["deno", "jupyter", "--install", "--conn", "x.json"])).toBeNull();
    expect(connectionFileOf(["deno", "jupyter", "--kernel", "--conn"])).toBeNull();
    expect(connectionFileOf([])).toBeNull();
  });

  test("splits by Windows' rules for quotes and backslashes", () => {
    expect(splitWindows(String.raw`a "b \"c\" d" e\\f "g\\" "" h`))
      .toEqual(["a", `b "c" d`, String.raw`e\\f`, "g\\", "", "h"]);
  });
});

describe("findConnection()", () => {
  test("is null in a process that is no kernel", async () => {
    expect((await commandLine()).length).toBeGreaterThan(1);
    expect(await findConnection()).toBeNull();
  });
});
