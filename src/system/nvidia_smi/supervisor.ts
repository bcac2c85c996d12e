import { type Child, startChild } from "./child.ts";
import { ChildOutput, type LineWorth } from "./child_output.ts";
import { cleanOutput } from "./failure.ts";

/** What a child does wrong. */
export type Trouble = "hang" | "exit" | "flood" | "garbage" | "start";

/** Options of {@linkcode Supervisor}. */
export interface SupervisorOptions {
  /** The program's path. */
  readonly file: string;
  /** The arguments, asked for at each start. */
  readonly args: () => readonly string[];
  /** Variables added to the child's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Judges a line; `"good"` is what shows that the child works. */
  readonly onLine: (line: string) => LineWorth;
  /** Called when it was ended or ended itself, before it is started again. */
  readonly onTrouble: (trouble: Trouble, detail: string) => void;
  /** Called when it is given up, or there is no such program; never after `stop()`. */
  readonly onEnd?: (missing: boolean) => void;
  /** Called with the process id of each child that was started. */
  readonly onChild?: (pid: number) => void;
  /** Milliseconds without a good line after which it hangs; asked for at each check. */
  readonly silenceMs: () => number;
  /**
   * Milliseconds until the second start; doubled each time, up to 60 times as much.
   *
   * @default 1000
   */
  readonly backoffMs?: number;
}

/** Failures in a row, without one good line, after which a child is not started again. */
const MAX_FAILURES = 8;
/** After this long without trouble the backoff begins anew. */
const HEALTHY_MS = 60_000;
/** What has come while this process slept is read within this time. */
const SUSPICION_MS = 500;
/** How long `stop()` waits for the end of a child. */
const STOP_MS = 1_000;
const BACKOFF_MS = 1_000;
const MAX_BACKOFF = 60;

/**
 * Keeps one child running: reads its lines, and kills and restarts it with a growing delay when it
 * hangs, dies, floods or writes what cannot be understood.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  #child: Child | undefined;
  #generation = 0;
  #failures = 0;
  #useful = false;
  #stopped = false;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** @param options What to run, and whom to tell. */
  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** The running child's process id. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the child; at once, or again after `stop()` has been called. */
  start(): void {
    this.#stopped = false;
    void this.#run();
  }

  /** Ends the child, if it runs, and starts it with the arguments of now. */
  restart(): void {
    if (this.#stopped) return;
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    // The end of a child of an older generation is nobody's trouble.
    this.#generation++;
    this.#child?.kill();
    void this.#run();
  }

  /** Ends the child and waits until it is gone, a second at most. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#generation++;
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    child.kill();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<void>((resolve) => timer = setTimeout(resolve, STOP_MS));
    await Promise.race([child.ended, limit]);
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    const generation = ++this.#generation;
    const isCurrent = () => generation === this.#generation;
    const { file, args, env } = this.#options;
    const started = performance.now();
    const output = new ChildOutput((line) => this.#judge(line));
    let failed = false;

    const fail = (trouble: Trouble, detail: string): void => {
      if (failed || !isCurrent()) return;
      failed = true;
      this.#child?.kill();
      if (performance.now() - started > HEALTHY_MS) this.#failures = 0;
      this.#fail(trouble, detail);
    };
    const onData = (chunk: Uint8Array): void => {
      if (failed || !isCurrent()) return;
      const fault = output.push(chunk, isCurrent);
      if (fault !== null) fail(fault.trouble, fault.detail);
    };

    let child: Child;
    try {
      child = await startChild(file, {
        args: args(),
        onData,
        ...(env === undefined ? {} : { env }),
      });
    } catch (error) {
      return fail("start", error instanceof Error ? cleanOutput(error.message) : "unknown error");
    }
    if (!isCurrent()) return child.kill();
    this.#child = child;
    if (child.pid !== undefined) this.#options.onChild?.(child.pid);
    if (failed) child.kill();
    this.#watchSilence(output, () => fail("hang", "it has stopped answering"));

    const end = await child.ended;
    if (!isCurrent()) return;
    clearTimeout(this.#watch);
    this.#child = undefined;
    if (!failed) output.end();
    if (!isCurrent() || failed) return;
    if (end.missing && !this.#useful) {
      this.#stopped = true;
      return this.#options.onEnd?.(true);
    }
    const said = cleanOutput(output.last);
    const how = cleanOutput(end.error ?? `exit code ${end.code ?? "none"}`);
    fail("exit", said === "" ? how : `${how}: ${said}`);
  }

  #judge(line: string): LineWorth {
    const worth = this.#options.onLine(line);
    if (worth === "good") this.#useful = true;
    return worth;
  }

  /** Tells when no good line has come for too long. */
  #watchSilence(output: ChildOutput, onSilence: () => void): void {
    let suspected = NaN;
    const check = (): void => {
      const { lastGood } = output;
      const left = this.#options.silenceMs() - (performance.now() - lastGood);
      if (left > 0) {
        this.#watch = setTimeout(check, left + 1);
      } else if (suspected !== lastGood) {
        // This process may have slept or been busy itself: what came meanwhile is read first.
        suspected = lastGood;
        this.#watch = setTimeout(check, SUSPICION_MS);
      } else {
        onSilence();
      }
    };
    check();
  }

  #fail(trouble: Trouble, detail: string): void {
    clearTimeout(this.#watch);
    const generation = this.#generation;
    const child = this.#child;
    this.#child = undefined;
    this.#failures++;
    this.#options.onTrouble(trouble, detail);
    // Whoever was told may have stopped or restarted it.
    if (this.#stopped || generation !== this.#generation) return;
    if (!this.#useful && this.#failures >= MAX_FAILURES) {
      this.#stopped = true;
      this.#options.onEnd?.(false);
      return;
    }
    const delay = (this.#options.backoffMs ?? BACKOFF_MS) *
      Math.min(2 ** (this.#failures - 1), MAX_BACKOFF);
    this.#retry = setTimeout(async () => {
      // A child that hangs inside the driver cannot be killed; there is never a second one beside it.
      await child?.ended;
      if (!this.#stopped && generation === this.#generation) void this.#run();
    }, delay);
  }
}
