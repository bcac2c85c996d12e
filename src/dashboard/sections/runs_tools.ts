import { formatCount } from "../../charts/format.ts";
import { flag, type Html, line, markup } from "../html.ts";
import { changed } from "../links.ts";
import type { RunsPage } from "../pages/runs.ts";
import { STATES } from "../state.ts";

/** Columns that the menu offers. */
const COLUMNS_OFFERED = 200;

const EXAMPLE = "name, tag:baseline, config.lr>0.01, summary.loss<0.5";

/** What the runs are searched and sifted with: a form and links, no script. */
export function searchTools({ url, search, states }: RunsPage): Html {
  const state = url.searchParams.get("state") ?? "";
  const all = [...states.values()].reduce((sum, count) => sum + count, 0);
  const chip = (name: string, value: string | null, count: number) => {
    const current = (value ?? "") === state && markup` aria-current="true"`;
    const href = changed(url, { state: value, page: null, after: null });
    return markup`<li><a href="${href}"${current}>${name} <span>${
      formatCount(count)
    }</span></a></li>`;
  };
  const shown = STATES.filter((name) => states.has(name) || name === state);
  return markup`<div class="tools">
<form role="search" action="${url.pathname}">
<input type="search" name="q" value="${search}" maxlength="500" aria-label="Search runs"
placeholder="${EXAMPLE}">
${kept(url, ["sort", "state", "column"])}<button>Search</button>
</form>
<ul class="chips" aria-label="State">${chip("All", null, all)}${
    shown.map((name) => chip(name, name, states.get(name) ?? 0))
  }</ul>
</div>`;
}

/** The menu that chooses the columns. */
export function columnMenu({ url, columns, known }: RunsPage): Html | null {
  const offered = [...new Set([...columns, ...known])].slice(0, COLUMNS_OFFERED);
  if (offered.length === 0) return null;
  return markup`<details class="menu"><summary class="button">Columns</summary><div>
<form action="${url.pathname}"><div class="checks">${
    offered.map((column) =>
      markup`<label><input type="checkbox" name="column" value="${column}"${
        flag("checked", columns.includes(column))
      }><span>${line(column, 80)}</span></label>`
    )
  }</div>
${kept(url, ["sort", "state", "q"])}<button class="primary">Show</button>
</form></div></details>`;
}

/** What the address has asked for already, and a form would forget. */
function kept(url: URL, names: readonly string[]): Html[] {
  return names.flatMap((name) =>
    url.searchParams.getAll(name).filter((value) => value !== "").map((value) =>
      markup`<input type="hidden" name="${name}" value="${value}">`
    )
  );
}
