import process from "node:process";

/** Keeps nothing: `zx` would else hold all that a program ever wrote until it ends. */
class Nothing extends Array<never> {
  override push(): number {
    return 0;
  }
}

/**
 * Options of `zx` for a program whose output is taken as it comes. There is no shell in between: no
 * quoting, the permission for the one program is enough, and the pid is the program's own.
 */
export function withoutShell() {
  return {
    shell: "none",
    prefix: "",
    postfix: "",
    quote: String,
    quiet: true,
    verbose: false,
    nothrow: true,
    // A group of its own: a Ctrl-C or an interrupt meant for the user's program is not its end, and
    // what it starts can be ended together with it.
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"] as ("ignore" | "pipe")[],
    store: { stdout: new Nothing(), stderr: new Nothing(), stdall: new Nothing() },
  };
}
