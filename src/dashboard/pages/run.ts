import { flag, type Html, markup } from "../html.ts";
import { runActions } from "../sections/actions.ts";
import { alertsPart } from "../sections/alerts.ts";
import { cellsPart } from "../sections/cells.ts";
import { type ChartsSection, chartsSection } from "../sections/charts.ts";
import { type FilesSection, filesSection } from "../sections/files.ts";
import { type FocusSection, focusSection } from "../sections/focus.ts";
import { gitPart } from "../sections/git.ts";
import { logSection } from "../sections/log.ts";
import { mediaSection } from "../sections/media.ts";
import { runHead } from "../sections/run_head.ts";
import { factsSection } from "../sections/facts.ts";
import { systemPart } from "../sections/system.ts";
import { configSection, summarySection } from "../sections/values.ts";
import type { RunAlert } from "../../server/store/store.ts";
import type {
  CellList,
  Fact,
  GitFacts,
  LogTail,
  MediaList,
  RunItem,
  SystemChart,
} from "../views.ts";

/** What a run's page shows. */
export interface RunPage {
  readonly run: RunItem;
  readonly charts: ChartsSection;
  /** The chart that is shown by itself, above the others. */
  readonly focus: FocusSection | null;
  /** The newest alone. */
  readonly alerts: readonly RunAlert[];
  readonly media: MediaList;
  readonly system: readonly SystemChart[];
  /** Null where the run has no notebook. */
  readonly cells: CellList | null;
  /** Null where nothing is known. */
  readonly git: GitFacts | null;
  readonly log: LogTail;
  readonly files: FilesSection;
  readonly facts: readonly Fact[];
  /** Whether the viewer may change the run. */
  readonly editable: boolean;
  readonly stopRequested: boolean;
  readonly now: number;
}

/** Everything about a run, on one page. */
export function runPage(view: RunPage): Html {
  const { run, charts, focus, alerts, media, system, cells, git, log, files, facts, now } = view;
  return markup`<div class="head">${runHead(run, { now, embedded: false, charts: charts.all })}${
    view.editable && runActions(run, view.stopRequested)
  }</div>
${contents(view)}
${alertsPart(alerts, now)}
${focus !== null && focusSection(focus)}
${chartsSection(charts)}
${mediaSection(media, charts.url)}
<div class="columns">${summarySection(run.summary)}${configSection(run.config)}</div>
${cellsPart(cells, now)}
${systemPart(system)}
${gitPart(git)}
${logSection(log)}
${filesSection(files, now)}
${factsSection(facts)}`;
}

/** What a notebook shows of a run in a frame: how it stands and its charts, and nothing to press. */
export function embeddedRunPage({ run, charts, now }: RunPage): Html {
  return markup`<div class="head">${runHead(run, { now, embedded: true, charts: charts.all })}</div>
${chartsSection(charts)}`;
}

/** Links to all parts; those of parts that are not there yet appear with them. */
function contents({ media, cells, system, git }: RunPage): Html {
  const parts: readonly (readonly [string, string, boolean])[] = [
    ["charts", "Charts", true],
    ["media", "Media", media.items.length > 0],
    ["summary", "Summary", true],
    ["config", "Config", true],
    ["cells", "Cells", cells !== null],
    ["system", "System", system.length > 0],
    ["git", "Git", git !== null],
    ["log", "Log", true],
    ["files", "Files", true],
    ["about", "About", true],
  ];
  return markup`<nav class="local" aria-label="Parts of this page">${
    parts.map(([id, name, there]) => markup`<a href="#${id}"${flag("hidden", !there)}>${name}</a>`)
  }</nav>`;
}
