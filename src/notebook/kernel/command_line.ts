/** A system tool that hangs must not hold up a run. */
const TIMEOUT_MS = 3_000;

/**
 * The arguments that this process was started with, those that Deno took for itself too;
 * `Deno.args` leaves them out.
 *
 * @returns An empty list when the system does not tell.
 */
export async function commandLine(): Promise<string[]> {
  const { os } = Deno.build;
  try {
    if (os === "linux" || os === "android") {
      return splitNul(await Deno.readTextFile("/proc/self/cmdline"));
    }
    if (os === "windows") return splitWindows(await askWindows());
    return splitPs(await output("ps", ["-ww", "-o", "args=", "-p", String(Deno.pid)]));
  } catch {
    return [];
  }
}

/** Splits what Linux tells: arguments that each end with a NUL. */
export function splitNul(text: string): string[] {
  const parts = text.split("\0");
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

/**
 * Splits what `ps` tells, which joins arguments with spaces. The connection file comes last in the
 * kernel's command line, so that a path with spaces is all that follows `--conn`.
 */
export function splitPs(text: string): string[] {
  const line = text.trim();
  const last = / --conn[ =](.*)$/s.exec(line);
  const before = (last === null ? line : line.slice(0, last.index)).split(/\s+/).filter(Boolean);
  return last === null ? before : [...before, "--conn", last[1]!.trim()];
}

/** Splits a command line by the rules of Windows' C runtime. */
export function splitWindows(text: string): string[] {
  const args: string[] = [];
  let arg: string | undefined;
  let quoted = false;
  let slashes = 0;
  const endSlashes = (halved: boolean) => {
    if (slashes > 0) arg = (arg ?? "") + "\\".repeat(halved ? slashes >> 1 : slashes);
    slashes = 0;
  };
  for (const char of text.trim()) {
    if (char === "\\") {
      slashes++;
    } else if (char === '"') {
      const escaped = slashes % 2 === 1;
      endSlashes(true);
      arg ??= "";
      if (escaped) arg += char;
      else quoted = !quoted;
    } else {
      endSlashes(false);
      if (!quoted && (char === " " || char === "\t")) {
        if (arg !== undefined) args.push(arg);
        arg = undefined;
      } else arg = (arg ?? "") + char;
    }
  }
  endSlashes(false);
  if (arg !== undefined) args.push(arg);
  return args;
}

async function askWindows(): Promise<string> {
  const query = `(Get-CimInstance Win32_Process -Filter "ProcessId=${Deno.pid}").CommandLine`;
  const shell = ["-NoProfile", "-NonInteractive", "-Command"];
  try {
    // Without this the path comes in the console's code page.
    const utf8 = "[Console]::OutputEncoding=[Text.Encoding]::UTF8;";
    const text = await output("powershell.exe", [...shell, utf8 + query]);
    if (text.trim() !== "") return text;
  } catch {
    // Old systems have the older tool.
  }
  const where = `ProcessId=${Deno.pid}`;
  const text = await output("wmic", ["process", "where", where, "get", "CommandLine", "/value"]);
  return text.trim().replace(/^CommandLine=/, "");
}

async function output(command: string, args: string[]): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const options = { args, signal, stdin: "null", stdout: "piped", stderr: "null" } as const;
  const { success, stdout } = await new Deno.Command(command, options).output();
  if (!success) throw new Error(`Cannot run ${command}: it failed`);
  return new TextDecoder().decode(stdout);
}
