import process from "node:process";

/** Where the fake `nvidia-smi` is. */
export const fakeFile: string = new URL("./nvidia-smi", import.meta.url).pathname;

/** Variables for the fake, with those that it needs itself. */
export function fakeEnv(variables: Record<string, string> = {}): Record<string, string> {
  return { FAKE_SMI_DENO: Deno.execPath(), NO_COLOR: "1", ...variables };
}

/** Waits until something holds; fails after 20 seconds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 20_000;
  while (!holds()) {
    if (!(Date.now() < end)) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/\) Z /u.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return Deno.build.os !== "linux";
  }
}

/** What the fake's log says: a pid and arguments for each start. */
export function startsIn(log: string): { pid: number; args: string }[] {
  let text = "";
  try {
    text = Deno.readTextFileSync(log);
  } catch {
    // Nothing was started yet.
  }
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const space = line.indexOf(" ");
    return { pid: Number(line.slice(0, space)), args: line.slice(space + 1) };
  });
}
