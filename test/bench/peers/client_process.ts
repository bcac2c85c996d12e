/** How a client is started, which begins a run and then does as it is told. */
export interface ClientStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A tracker's own client in a process of its own, with one run. */
export interface Client extends AsyncDisposable {
  /** What the server calls its run. */
  readonly run: string;
  /** Logs so many more rows, and resolves once the calls have returned. */
  log(rows: number): Promise<void>;
  /** Ends the run as the tracker does. */
  finish(): Promise<void>;
}

/** Starts a client, and waits until its run has begun. */
export async function startClient({ program, args, env = {} }: ClientStart): Promise<Client> {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const listening = (async () => {
    const text = child.stderr.pipeThrough(new TextDecoderStream());
    for await (const chunk of text) said = (said + chunk).slice(-2_000);
  })();
  const answers = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const stdin = child.stdin.getWriter();
  const encoder = new TextEncoder();

  const answer = async (word: string): Promise<string> => {
    let line = "";
    while (!line.endsWith("\n")) {
      const { done, value } = await answers.read();
      if (done) {
        await listening;
        throw new Error(`Cannot hear "${word}" of ${args.join(" ")}: ${said.trim()}`);
      }
      line += value;
    }
    if (!line.startsWith(word)) throw new Error(`Expected "${word}" and heard ${line.trim()}`);
    return line.slice(word.length).trim();
  };
  const tell = async (command: string) => {
    await stdin.write(encoder.encode(`${command}\n`));
    await answer("done");
  };
  return {
    run: await answer("ready"),
    log: (rows) => tell(`log ${rows}`),
    finish: () => tell("finish"),
    async [Symbol.asyncDispose]() {
      await stdin.close().catch(() => {});
      const { success } = await child.status;
      await Promise.all([answers.cancel(), listening]);
      if (!success) throw new Error(`Cannot end ${args.join(" ")}: ${said.trim()}`);
    },
  };
}
