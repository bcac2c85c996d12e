import { isSame, type MetricComparison } from "../cells/compare_metrics.ts";
import { type ReplayReport, replayRun } from "../cells/replay.ts";
import { firstLine } from "../charts/notebook_state.ts";
import { harmless, truncate } from "../charts/escape.ts";
import { formatCount, formatNumber } from "../charts/format.ts";
import { reasonOf } from "../names/reason.ts";
import { CliError } from "./cli_error.ts";
import { jsonValue } from "./show.ts";

/**
 * Replays a run, and says what came again.
 *
 * @throws {CliError} When it cannot be replayed, or not everything is the same.
 */
export async function replay(
  directory: string,
  options: { readonly tolerance: string; readonly json?: true },
  print: (text: string) => void,
): Promise<void> {
  const tolerance = Number(options.tolerance);
  if (!(tolerance >= 0)) {
    throw new CliError(
      `Cannot replay: --tolerance must be a number from 0, not ${options.tolerance}`,
    );
  }
  const quiet = options.json === true;
  let report: ReplayReport;
  try {
    report = await replayRun(directory, {
      tolerance,
      onCell: ({ execution, source }) => {
        if (!quiet) print(`[${execution ?? " "}] ${oneLine(firstLine(source), 80)}`);
      },
    });
  } catch (error) {
    throw new CliError(reasonOf(error));
  }
  print(quiet ? JSON.stringify(asData(report), jsonValue, 2) : inWords(report));
  const same = report.metrics.filter(isSame).length;
  if (report.stopped !== null) throw new CliError(`Cannot replay the rest: ${report.stopped}`);
  if (same < report.metrics.length) {
    throw new CliError(`${same} of ${report.metrics.length} metrics came again as they were`);
  }
}

function asData({ cells, metrics, directory, stopped }: ReplayReport): Record<string, unknown> {
  return {
    directory,
    stopped,
    cells: cells.map(({ cell, status }) => ({
      execution: cell.execution ?? null,
      recorded: cell.status,
      replayed: status,
    })),
    metrics,
  };
}

function inWords({ cells, metrics, directory }: ReplayReport): string {
  const others = cells.filter(({ cell, status }) =>
    (cell.status === "ok" || cell.status === "error") && cell.status !== status
  );
  const width = Math.max(0, ...metrics.map(({ name }) => Math.min(40, name.length)));
  return [
    ...others.map(({ cell, status }) =>
      `[${cell.execution ?? " "}] ended with ${status}, and with ${cell.status} in the record`
    ),
    ...metrics.map((metric) =>
      `${oneLine(metric.name, 40).padEnd(width)}  ${metricInWords(metric)}`
    ),
    `${metrics.filter(isSame).length} of ${metrics.length} metrics are the same; ` +
    `the replay is in ${directory}`,
  ].join("\n");
}

function metricInWords(metric: MetricComparison): string {
  const { recorded, replayed, same, first, largest } = metric;
  if (replayed === 0) return `did not come again; the record has ${values(recorded)}`;
  if (recorded === 0) return `is new: ${values(replayed)}`;
  if (isSame(metric)) return `${values(recorded)}, all the same`;
  const parts = [`${formatCount(same)} of ${values(recorded)} are the same`];
  if (replayed !== recorded) parts.push(`${values(replayed)} came again`);
  if (first !== null) {
    parts.push(
      `they part at step ${first.step}: ${text(first.recorded)}, then ${text(first.replayed)}`,
    );
    if (largest < 2) parts.push(`at most ${formatNumber(largest * 100)} % apart`);
  }
  return parts.join("; ");
}

function values(n: number): string {
  return `${formatCount(n)} ${n === 1 ? "value" : "values"}`;
}

function text(value: unknown): string {
  return typeof value === "number"
    ? formatNumber(value)
    : oneLine(JSON.stringify(value) ?? "nothing", 40);
}

function oneLine(value: string, length: number): string {
  return harmless(truncate(value, length), true);
}
