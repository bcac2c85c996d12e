import { harmless, truncate } from "../../charts/escape.ts";
import { formatNumber } from "../../charts/format.ts";
import { isObject } from "../../record/json_object.ts";
import type { StoredRun } from "../../server/store/store.ts";
import type { Fact } from "../views.ts";
import { textOf } from "./text_of.ts";

const MAX_VALUE = 300;

/** What is known of a run's machine and program. */
export function runFacts(run: StoredRun, metadata: Readonly<Record<string, unknown>>): Fact[] {
  const { os, python, deno, args, docker, cpu_count, gpu, gpu_count, memory } = metadata;
  const cores = metadata.cpu_count_logical ?? cpu_count;
  const program = textOf(run.program) || textOf(metadata.program);
  const words = Array.isArray(args) ? args.filter((arg) => typeof arg === "string").join(" ") : "";
  const gpus = typeof gpu_count === "number" && gpu_count > 1 ? `${gpu_count} × ` : "";
  const total = isObject(memory) ? Number(memory.total) : NaN;
  const facts: [string, string][] = [
    ["Run id", run.id],
    ["Group", run.group ?? ""],
    ["Job type", run.jobType ?? ""],
    ["Program", program === "" ? "" : `${program} ${words}`.trim()],
    ["Host", textOf(run.host) || textOf(metadata.host)],
    ["System", textOf(os)],
    ["Deno", textOf(deno)],
    ["Python", textOf(python)],
    ["Container", textOf(docker)],
    ["Processor", typeof cores === "number" ? `${formatNumber(cores)} cores` : ""],
    ["Memory", total > 0 ? `${formatNumber(total / 2 ** 30)} GiB` : ""],
    ["Accelerator", textOf(gpu) === "" ? "" : gpus + textOf(gpu)],
    ["Last step", run.lastStep === null ? "" : formatNumber(run.lastStep)],
    ["Rows", run.historyLines === 0 ? "" : formatNumber(run.historyLines)],
    ["Exit code", run.exitCode === null ? "" : String(run.exitCode)],
  ];
  return facts.filter(([, value]) => value !== "").map(([name, value]) => ({
    name,
    value: harmless(truncate(value, MAX_VALUE), true),
  }));
}
