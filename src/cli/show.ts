import { harmless, truncate } from "../charts/escape.ts";
import { counted, formatDuration } from "../charts/format.ts";
import { openRun, type RecordedRun } from "../run/recorded_run.ts";
import { readDelivery } from "../sync/recorded_delivery.ts";
import { draw } from "../view/draw.ts";
import { Follower } from "../view/follower.ts";
import { panelView } from "../view/panel_view.ts";

/** Of an error, a line says so many characters. */
const MAX_ERROR = 500;

/** A run in words: what it is, how it stands, and a line with a sparkline for each metric. */
export async function showText(
  directory: string,
  { width }: { readonly width?: number | undefined } = {},
): Promise<string> {
  const follower = new Follower(directory);
  try {
    const { text } = await draw(follower, { kind: "summaryText", width });
    const view = await panelView(follower);
    const { name, id, project, state, elapsed, rows, warnings, alerts = [], git, error } = view;
    const { exitCode } = openRun(directory);
    const how = state === "failed" && exitCode ? `${state} with exit code ${exitCode}` : state;
    const lines = [
      harmless(
        `${name} (${id}) in ${project}: ${how}, ${formatDuration(elapsed)}, ${
          counted(rows, "row")
        }`,
        true,
      ),
      ...(error === undefined ? [] : [harmless(`error: ${truncate(error, MAX_ERROR)}`, true)]),
      ...warnings.map((warning) => harmless(`warning: ${warning}`, true)),
      ...alerts.map(({ level, title, text }) => alertText(level, title, text)),
      ...(text === "" ? [] : [text]),
      ...(git === undefined ? [] : [harmless(git, true)]),
      ...(readDelivery(directory)?.targets ?? []).map((target) => {
        const place = harmless(target.url ?? target.baseUrl, true);
        return target.complete
          ? `synced to ${place}`
          : `${counted(target.left, "row")} to send to ${place}`;
      }),
      directory,
    ];
    return lines.join("\n");
  } finally {
    follower.close();
  }
}

function alertText(level: string, title: string, text: string): string {
  return harmless(`alert (${level}): ${title}${text === "" ? "" : `: ${text}`}`, true);
}

/** A run as one self-contained HTML page. */
export async function showHtml(directory: string): Promise<string> {
  const { page } = await import("../charts/page.ts");
  const follower = new Follower(directory);
  try {
    follower.readAll();
    return page(await panelView(follower));
  } finally {
    follower.close();
  }
}

/** A run as JSON. */
export function showJson(directory: string): string {
  const run = openRun(directory);
  const { git, environment } = run;
  return JSON.stringify({ ...describe(run), git, environment }, jsonValue, 2);
}

/** What a list of runs says of each. */
export function describe(run: RecordedRun): Record<string, unknown> {
  const { id, name, project, entity, state, exitCode, error, startedAt, tags, length } = run;
  const { config, summary, warnings, directory, git } = run;
  return {
    id,
    name,
    project,
    entity,
    state,
    exitCode,
    error,
    startedAt,
    tags,
    rows: length,
    config,
    summary,
    warnings,
    git: git === null ? null : { branch: git.branch, commit: git.commit, dirty: git.dirty },
    directory,
  };
}

/** JSON has no words for bigint, NaN and the infinities. */
export function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
