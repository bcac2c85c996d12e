import { cellText } from "../../charts/cell_text.ts";
import { formatCount } from "../../charts/format.ts";
import { isObject } from "../../record/json_object.ts";
import { type Html, line, markup } from "../html.ts";

/** Values with their names. */
interface ValuesSection {
  /** Its place in the page. */
  readonly id: string;
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** What is said when there are none. */
  readonly otherwise: string;
}

const SHOWN = 500;

/** What the run came to. */
export function summarySection(values: Readonly<Record<string, unknown>>): Html {
  const otherwise = "Nothing in the summary yet.";
  return valuesSection({ id: "summary", title: "Summary", values, otherwise });
}

/** What the run began with. */
export function configSection(values: Readonly<Record<string, unknown>>): Html {
  const otherwise = "This run has no config.";
  return valuesSection({ id: "config", title: "Config", values, otherwise });
}

/** Names and values in two columns; what is nested has a row for each of its leaves. */
function valuesSection({ id, title, values, otherwise }: ValuesSection): Html {
  const all = leaves(values);
  const shown = all.slice(0, SHOWN);
  const more = all.length - shown.length;
  const rows = shown.map(([name, value]) =>
    markup`<tr><th scope="row">${line(name, 200)}</th><td>${cellText(value)}</td></tr>
`
  );
  return markup`<section class="card" id="${id}" data-part="${id}" aria-labelledby="${id}-head">
<h2 id="${id}-head">${title}</h2>
${
    rows.length === 0 ? markup`<p class="empty">${otherwise}</p>` : markup`<div class="values"
tabindex="0" role="group" aria-labelledby="${id}-head"><table><tbody>${rows}</tbody></table></div>`
  }${more > 0 && markup`<p class="foot">${formatCount(more)} more</p>`}</section>`;
}

const DEEPEST = 6;

/** The leaves of nested values, their names joined with dots. */
function leaves(
  values: Readonly<Record<string, unknown>>,
  prefix = "",
  depth = 0,
): (readonly [string, unknown])[] {
  const found: (readonly [string, unknown])[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (key.startsWith("_") && depth === 0) continue;
    const nested = isObject(value) && !Object.hasOwn(value, "_type") &&
      Object.keys(value).length > 0;
    if (nested && depth < DEEPEST) {
      found.push(...leaves(value, `${prefix}${key}.`, depth + 1));
    } else found.push([prefix + key, value]);
    if (found.length > SHOWN * 4) break;
  }
  return found;
}
