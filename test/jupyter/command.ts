/** What a program printed, and whether it succeeded. */
export interface CommandOutput {
  readonly success: boolean;
  /** Standard output and standard error, the end of them at most. */
  readonly text: string;
}

/** Options of {@linkcode command}. */
export interface CommandOptions {
  /** Variables on top of the environment of this process. @default {} */
  readonly env?: Record<string, string>;
}

/** Runs a program to its end; a program that is not there is one that failed. */
export async function command(
  program: string,
  args: readonly string[],
  { env = {} }: CommandOptions = {},
): Promise<CommandOutput> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      env,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { success, text: (decoder.decode(stdout) + decoder.decode(stderr)).slice(-8000) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { success: false, text: `${program}: not found` };
  }
}

/** Runs a program to its end, and throws its output when it failed. */
export async function mustRun(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { success, text } = await command(program, args, options);
  if (!success) throw new Error(`Cannot run ${program} ${args.join(" ")}: ${text.trim()}`);
  return text;
}
