import { fromFileUrl } from "../session/paths.ts";

/** One line of the table. */
export interface BenchRow {
  readonly what: string;
  readonly measured: string;
  /** What it should be; absent where a number only informs. */
  readonly expected?: string;
  readonly ok?: boolean;
}

/** A part of the benchmarks. */
export interface BenchSection {
  readonly title: string;
  rows(): Promise<BenchRow[]>;
}

/** Runs one of the programs beside this file in a process of its own; it prints one JSON object. */
export async function runProgram<T>(
  file: string,
  args: readonly (string | number)[] = [],
  { flags = [], env = {} }: { flags?: readonly string[]; env?: Record<string, string> } = {},
): Promise<T> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...flags, fromFileUrl(new URL(file, import.meta.url)), ...args.map(String)],
    env: { NO_COLOR: "1", ...env },
  }).output();
  if (!success) throw new Error(`Cannot run ${file}: ${new TextDecoder().decode(stderr)}`);
  return lastJson<T>(stdout);
}

/** The JSON object that a program printed last. */
export function lastJson<T>(stdout: Uint8Array): T {
  const line = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "";
  return JSON.parse(line) as T;
}

/** A row that passes when the value is at most the limit. */
export function atMost(what: string, value: number, limit: number, unit: string): BenchRow {
  return {
    what,
    measured: `${figure(value)} ${unit}`,
    expected: `≤ ${limit} ${unit}`,
    ok: value <= limit,
  };
}

/** A row that passes when the value is at least the limit. */
export function atLeast(what: string, value: number, limit: number, unit: string): BenchRow {
  return {
    what,
    measured: `${figure(value)} ${unit}`,
    expected: `≥ ${limit} ${unit}`,
    ok: value >= limit,
  };
}

/** Three digits that count. */
export function figure(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(+value.toPrecision(3));
}
