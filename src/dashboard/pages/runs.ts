import { counted, formatCount } from "../../charts/format.ts";
import { type Html, line, markup } from "../html.ts";
import { changed } from "../links.ts";
import { runsTable } from "../sections/runs_table.ts";
import { columnMenu, searchTools } from "../sections/runs_tools.ts";
import type { RunItem } from "../views.ts";

/** What a project's page shows. */
export interface RunsPage {
  /** The page's own address, which holds what was asked for. */
  readonly url: URL;
  readonly project: string;
  readonly description: string;
  readonly runs: readonly RunItem[];
  /** Runs that match, on all pages. */
  readonly total: number;
  /** Runs by state, whatever was searched for. */
  readonly states: ReadonlyMap<string, number>;
  /** Columns shown, such as `config.lr` and `summary.loss`. */
  readonly columns: readonly string[];
  /** Columns that could be shown. */
  readonly known: readonly string[];
  /** The column sorted by; `-` before it for the largest first. */
  readonly sort: string;
  /** What was searched for. */
  readonly search: string;
  /** Why the search could not be understood. */
  readonly problem?: string;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  /** The cursor that the next page goes on after; null on the last one. */
  readonly next: string | null;
  readonly now: number;
}

/** The runs of a project: searched, sorted and paged by its address alone. */
export function runsPage(view: RunsPage): Html {
  const { project, description, problem } = view;
  return markup`<div class="head"><div><h1>${line(project, 100)}</h1>
${description !== "" && markup`<p class="soft">${line(description, 500)}</p>`}</div>
<div class="actions">${columnMenu(view)}</div></div>
${searchTools(view)}
${problem !== undefined && markup`<p class="problem" role="alert">${line(problem, 300)}</p>`}
${runsPart(view)}`;
}

/** The table and its pages. */
export function runsPart(view: RunsPage): Html {
  return markup`<div data-part="runs">
${view.runs.length === 0 ? nothing(view) : markup`${runsTable(view)}${pager(view)}`}
</div>`;
}

function nothing({ url, states, search }: RunsPage): Html {
  const all = [...states.values()].reduce((sum, count) => sum + count, 0);
  const sifted = search !== "" || url.searchParams.has("state") || url.searchParams.has("page");
  return markup`<div class="card empty"><h2>${
    all === 0 ? "No runs yet" : "No run matches"
  }</h2><p>${
    sifted && all > 0
      ? markup`<a href="${
        changed(url, { q: null, page: null, after: null, state: null })
      }">Show all ${formatCount(all)} runs</a>`
      : "Runs appear here as soon as they start."
  }</p></div>`;
}

function pager({ url, page, pageSize, total, runs, next }: RunsPage): Html {
  const first = (page - 1) * pageSize + 1;
  const last = first - 1 + runs.length;
  const link = (name: string, rel: string, to: number, after: string | null) =>
    markup`<a class="button" rel="${rel}" href="${
      changed(url, { page: to === 1 ? null : to, after })
    }">${name}</a>`;
  const all = runs.length === total;
  return markup`<nav class="pages" aria-label="Pages">
<div>${
    all
      ? counted(total, "run")
      : markup`${formatCount(first)}–${formatCount(last)} of ${formatCount(total)}`
  }</div><span>${page > 1 && link("Previous", "prev", page - 1, null)}${
    next !== null && link("Next", "next", page + 1, next)
  }</span></nav>`;
}
