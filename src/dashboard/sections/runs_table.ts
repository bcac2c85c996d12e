import { cellText } from "../../charts/cell_text.ts";
import { formatDuration } from "../../charts/format.ts";
import { type Html, line, markup } from "../html.ts";
import { changed, runPath, withQuery } from "../links.ts";
import type { RunsPage } from "../pages/runs.ts";
import { stateTag } from "../state.ts";
import { timeTag } from "../time.ts";
import type { RunItem } from "../views.ts";

/** A column of the table. */
interface Column {
  /** What the table is sorted by in the address; empty where it cannot be. */
  readonly key: string;
  readonly label: string;
  readonly number?: boolean;
  readonly cell: (run: RunItem) => Html | string;
}

const TAGS_SHOWN = 4;

/** The runs of a page as a table. A narrow screen scrolls it, and keeps the names. */
export function runsTable(view: RunsPage): Html {
  const { runs, columns } = view;
  const fixed = fixedColumns(view);
  const groups = (["config", "summary"] as const).map((group) => ({
    group,
    columns: columns.filter((column) => column.startsWith(`${group}.`)).map((column) =>
      valueColumn(column, group, runs)
    ),
  })).filter(({ columns }) => columns.length > 0);
  const cells = (draw: (column: Column, edge: boolean) => Html) => [
    fixed.map((column) => draw(column, false)),
    groups.map(({ columns }) => columns.map((column, i) => draw(column, i === 0))),
  ];
  return markup`<div class="card wide" tabindex="0" role="group" aria-label="Runs">
<table class="runs"><thead>
${
    groups.length > 0 &&
    markup`<tr class="group"><td></td><td colspan="${fixed.length}"></td>${
      groups.map(({ group, columns }) =>
        markup`<th class="edge" scope="colgroup" colspan="${columns.length}">${group}</th>`
      )
    }</tr>`
  }
<tr>${headCell(NAME, view, false)}${cells((column, edge) => headCell(column, view, edge))}</tr>
</thead><tbody>
${
    runs.map((run) =>
      markup`<tr data-id="${run.id}"><th scope="row"><a class="clip" href="${
        runPath(run)
      }" title="${line(run.name, 500)}">${line(run.name, 100)}</a></th>${
        cells((column, edge) => bodyCell(column, run, edge))
      }</tr>
`
    )
  }</tbody></table></div>`;
}

const NAME: Column = { key: "name", label: "Name", cell: ({ name }) => name };

function fixedColumns({ runs, now, url }: RunsPage): Column[] {
  const optional: readonly (Column & { readonly there: boolean })[] = [
    {
      key: "user",
      label: "User",
      there: runs.some(({ user }) => user !== ""),
      cell: ({ user }) => line(user, 30),
    },
    {
      key: "",
      label: "Tags",
      there: runs.some(({ tags }) => tags.length > 0),
      cell: ({ tags }) => tagList(tags, url.pathname),
    },
  ];
  return [
    { key: "state", label: "State", cell: ({ state }) => stateTag(state) },
    { key: "created", label: "Started", cell: ({ created }) => timeTag(created, now) },
    {
      key: "runtime",
      label: "Duration",
      number: true,
      cell: ({ runtime }) => formatDuration(runtime),
    },
    ...optional.filter(({ there }) => there),
  ];
}

function valueColumn(
  key: string,
  group: "config" | "summary",
  runs: readonly RunItem[],
): Column {
  const path = key.slice(group.length + 1);
  const values = runs.map((run) => valueOf(run[group], path));
  const number = values.every((value) =>
    value === undefined || value === null || typeof value === "number" || isNumberWord(value)
  );
  return {
    key,
    label: path,
    number,
    cell: (run) => {
      const value = valueOf(run[group], path);
      const text = cellText(value);
      if (number) return text;
      return markup`<span class="clip" title="${text}">${line(text, 60)}</span>`;
    },
  };
}

/** A value by its key, or by a path into nested objects. */
export function valueOf(values: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(values, path)) return values[path];
  let value: unknown = values;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function isNumberWord(value: unknown): boolean {
  return value === "NaN" || value === "Infinity" || value === "-Infinity";
}

function headCell({ key, label, number = false }: Column, view: RunsPage, edge: boolean): Html {
  const descending = view.sort === `-${key}`;
  const sorted = key !== "" && (descending || view.sort === key);
  const name = markup`<span class="clip" title="${line(label, 500)}">${line(label, 48)}</span>`;
  // Numbers are looked for from their best, names from the beginning.
  const next = sorted
    ? (descending ? key : `-${key}`)
    : number || key === "created"
    ? `-${key}`
    : key;
  const href = changed(view.url, { sort: next, page: null, after: null });
  const arrow = sorted && (descending ? " ↓" : " ↑");
  const order = sorted &&
    markup` aria-sort="${descending ? "descending" : "ascending"}"`;
  return markup`<th scope="col"${classOf(number, edge)}${order}>${
    key === "" ? name : markup`<a href="${href}">${name}${arrow}</a>`
  }</th>`;
}

function bodyCell({ number = false, cell }: Column, run: RunItem, edge: boolean): Html {
  return markup`<td${classOf(number, edge)}>${cell(run)}</td>`;
}

function classOf(number: boolean, edge: boolean): Html | null {
  const classes = [number ? "number" : "", edge ? "edge" : ""].filter((name) => name !== "");
  return classes.length === 0 ? null : markup` class="${classes.join(" ")}"`;
}

function tagList(tags: readonly string[], place: string): Html {
  return markup`<span class="tags">${
    tags.slice(0, TAGS_SHOWN).map((tag) =>
      markup`<a class="tag" href="${withQuery(place, { q: tagTerm(tag) })}">${line(tag, 40)}</a>`
    )
  }${
    tags.length > TAGS_SHOWN && markup`<span class="tag">+${tags.length - TAGS_SHOWN}</span>`
  }</span>`;
}

/** What finds the runs with a tag. */
export function tagTerm(tag: string): string {
  return /[\s"]/.test(tag) ? `tag:"${tag.replaceAll('"', "")}"` : `tag:${tag}`;
}
