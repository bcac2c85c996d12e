import { cellText } from "../../charts/cell_text.ts";
import { formatCount, formatNumber } from "../../charts/format.ts";
import { type Html, line, markup } from "../html.ts";
import type { MediaTable } from "../views.ts";
import { mediaFile } from "./media_file.ts";

type Value = MediaTable["rows"][number][number];

/** The first rows of a table, with small images of those in it. */
export function mediaTable(table: MediaTable, name: string): Html {
  const { columns, rows } = table;
  const number = columns.map((_name, i) => isNumeric(rows, i) && markup` class="number"`);
  return markup`<div class="wide" tabindex="0" role="group" aria-label="${
    line(name, 100)
  }"><table><thead><tr>${
    columns.map((column, i) => markup`<th scope="col"${number[i]}>${line(column, 80)}</th>`)
  }</tr></thead><tbody>${
    rows.map((row) =>
      markup`<tr>${row.map((value, i) => markup`<td${number[i]}>${cell(value)}</td>`)}</tr>
`
    )
  }</tbody></table></div>${foot(table, "row")}`;
}

/** Turns of a conversation, each with what was said in full lines. */
export function conversation(table: MediaTable): Html {
  const [, , ...further] = table.columns;
  const turns = table.rows.map(([role = "", content = "", ...values]) => {
    const facts = values.flatMap((value, i) =>
      typeof value === "object" || value === "" ? [] : [`${further[i]} ${cellText(value)}`]
    );
    return markup`<li><b>${line(String(role), 60)}</b> <span class="soft">${
      line(facts.join(" · "), 200)
    }</span><p>${typeof content === "object" ? mediaFile(content) : String(content)}</p></li>`;
  });
  return markup`<ol class="turns">${turns}</ol>${foot(table, "turn")}`;
}

/** Whether a column holds numbers, and at most gaps beside them. */
function isNumeric(rows: readonly (readonly Value[])[], i: number): boolean {
  const values = rows.map((row) => row[i]).filter((value) => value !== "" && value !== undefined);
  return values.length > 0 && values.every((value) => typeof value === "number");
}

function cell(value: Value): Html | string {
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? line(value, 200) : mediaFile(value);
}

function foot({ moreRows, moreColumns, href }: MediaTable, noun: string): Html {
  const left = [
    ...(moreRows > 0 ? [`${formatCount(moreRows)} more ${noun}${moreRows === 1 ? "" : "s"}`] : []),
    ...(moreColumns > 0
      ? [`${formatCount(moreColumns)} more column${moreColumns === 1 ? "" : "s"}`]
      : []),
  ];
  return markup`<p class="foot">${left.length > 0 && markup`${left.join(", ")} · `}<a
href="${href}" download>Download</a></p>`;
}
