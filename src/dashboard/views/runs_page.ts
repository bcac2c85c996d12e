import type { Project, RunFilter, RunOrder, RunPage, Store } from "../../server/store/store.ts";
import type { RunsPage } from "../pages/runs.ts";
import { valueOf } from "../sections/runs_table.ts";
import { fieldOf, parseSearch } from "../search.ts";
import { STATES } from "../state.ts";
import type { RunItem } from "../views.ts";
import { compareNames } from "./compare_names.ts";
import { runItem } from "./run_item.ts";

const PAGE_SIZE = 50;
/** Pages beyond this are reached by searching. */
const LAST_PAGE = 1_000;
const DEFAULT_COLUMNS = 4;
const MAX_COLUMNS = 30;
const FIELDS_KNOWN = 150;
const SORTED_BY: Readonly<Record<string, string>> = { created: "createdAt", runtime: "duration" };

/** Reads what a project's page shows, as its address asks. */
export async function runsPageView(
  store: Store,
  project: Project,
  { url, now }: { readonly url: URL; readonly now: number },
): Promise<RunsPage> {
  const given = url.searchParams;
  const search = (given.get("q") ?? "").slice(0, 500);
  const { filter, problem } = parseSearch(search);
  const state = given.get("state") ?? "";
  const page = Math.min(LAST_PAGE, Math.max(1, Math.floor(Number(given.get("page")) || 1)));
  const sort = given.get("sort") ?? "-created";
  const matching = allOf([
    filter,
    STATES.includes(state) ? stateIs(state) : undefined,
  ]);
  const [runs, total, states, config, summary] = await Promise.all([
    problem === undefined
      ? listPage(store, project, { matching, sort, page, after: given.get("after") })
      : NO_RUNS,
    problem === undefined ? store.runs.count(project.key, matching) : 0,
    countStates(store, project),
    store.runs.fields(project.key, "config", FIELDS_KNOWN),
    store.runs.fields(project.key, "summary", FIELDS_KNOWN),
  ]);
  const items = runs.edges.map(({ run }) => runItem(run, now));
  const known = [
    ...shownPaths(config).map((path) => `config.${path}`),
    ...shownPaths(summary).map((path) => `summary.${path}`),
  ];
  return {
    url,
    project: project.name,
    description: project.description ?? "",
    runs: items,
    total,
    states,
    columns: columnsOf(given, known, items),
    known,
    sort,
    search,
    ...(problem === undefined ? {} : { problem }),
    page,
    pageSize: PAGE_SIZE,
    next: runs.hasNextPage ? runs.endCursor : null,
    now,
  };
}

const NO_RUNS: RunPage = { edges: [], hasNextPage: false, endCursor: null };

/** What is the protocol's own has no column, nor have the parts of images, tables and the like. */
function shownPaths(fields: readonly { readonly path: string }[]): string[] {
  const paths = fields.map(({ path }) => path).filter((path) => !path.startsWith("_"));
  const media = paths.filter((path) => path.endsWith("._type")).map((path) =>
    path.slice(0, -"_type".length)
  );
  return paths.filter((path) => !media.some((prefix) => path.startsWith(prefix)))
    .sort(compareNames);
}

/** A page by the cursor before it; without one, by going over the pages before. */
async function listPage(
  store: Store,
  project: Project,
  { matching, sort, page, after }: {
    readonly matching: RunFilter | undefined;
    readonly sort: string;
    readonly page: number;
    readonly after: string | null;
  },
): Promise<RunPage> {
  const query = {
    project: project.key,
    order: orderOf(sort),
    ...(matching === undefined ? {} : { filter: matching }),
  };
  let cursor = after;
  for (let skip = after === null ? (page - 1) * PAGE_SIZE : 0; skip > 0;) {
    const first = Math.min(skip, 1_000);
    const skipped = await store.runs.list({ ...query, first, after: cursor });
    if (!skipped.hasNextPage) return NO_RUNS;
    cursor = skipped.endCursor;
    skip -= first;
  }
  try {
    return await store.runs.list({ ...query, first: PAGE_SIZE, after: cursor });
  } catch (error) {
    // Addresses are written by hand too, and kept for longer than their order is.
    if (error instanceof RangeError && after !== null) {
      return await listPage(store, project, { matching, sort, page, after: null });
    }
    throw error;
  }
}

function orderOf(sort: string): RunOrder {
  const descending = sort.startsWith("-");
  const name = descending ? sort.slice(1) : sort;
  const known = SORTED_BY[name];
  if (known !== undefined) {
    return { field: { scope: "run", name: known as "createdAt" | "duration" }, descending };
  }
  return { field: fieldOf(name) ?? { scope: "run", name: "createdAt" }, descending };
}

async function countStates(store: Store, project: Project): Promise<Map<string, number>> {
  const counts = await Promise.all(
    STATES.map(async (state) =>
      [state, await store.runs.count(project.key, stateIs(state))] as const
    ),
  );
  return new Map(counts.filter(([, count]) => count > 0));
}

function stateIs(state: string): RunFilter {
  return { op: "eq", field: { scope: "run", name: "state" }, value: state };
}

function allOf(filters: readonly (RunFilter | undefined)[]): RunFilter | undefined {
  const of = filters.filter((filter) => filter !== undefined);
  return of.length < 2 ? of[0] : { op: "and", of };
}

/**
 * The columns that were asked for; otherwise those of the config in which the runs of the page differ,
 * and the most frequent of the summary.
 */
function columnsOf(
  given: URLSearchParams,
  known: readonly string[],
  runs: readonly RunItem[],
): string[] {
  const asked = given.getAll("column").filter((column) => /^(config|summary)\../.test(column));
  if (asked.length > 0) return [...new Set(asked)].slice(0, MAX_COLUMNS);
  const valuesOf = (group: "config" | "summary", column: string) =>
    runs.map((run) => valueOf(run[group], column.slice(group.length + 1)))
      .filter((value) => value !== undefined);
  const frequent = known.filter((column) => {
    const group = column.startsWith("config.") ? "config" : "summary";
    const values = valuesOf(group, column);
    if (values.length < runs.length / 2) return false;
    return group === "summary" || new Set(values.map((value) => JSON.stringify(value))).size > 1;
  });
  const differing = frequent.filter((column) => column.startsWith("config."));
  const summary = frequent.filter((column) => column.startsWith("summary."));
  return [...differing.slice(0, DEFAULT_COLUMNS), ...summary.slice(0, DEFAULT_COLUMNS)];
}
