import { type Html, line, markup } from "../html.ts";
import { projectPath, runPath, withQuery } from "../links.ts";
import { stateTag } from "../state.ts";
import { durationTag, timeTag } from "../time.ts";
import type { RunItem } from "../views.ts";
import { tagTerm } from "./runs_table.ts";

/** How the head of a page is shown. */
export interface RunHeadOptions {
  readonly now: number;
  /** Whether the page is in a frame of another one, and short. */
  readonly embedded: boolean;
  /** How many charts the run has: an open page learns from it that there are new ones. */
  readonly charts: number;
}

const TAGS_SHOWN = 50;

/** The name of a run, how it stands, and what people wrote about it. */
export function runHead(run: RunItem, { now, embedded, charts }: RunHeadOptions): Html {
  const { name, state, created, runtime, user, tags, notes, id } = run;
  const text = line(name, 128);
  const title = embedded ? markup`<a href="${runPath(run)}">${text}</a>` : text;
  const since = state === "running" ? created : undefined;
  return markup`<div data-part="head" data-state="${state}" data-charts="${charts}">
<div class="title"><h1>${title}</h1>${stateTag(state)}${
    tags.length > 0 && markup`<span class="tags">${
      tags.slice(0, TAGS_SHOWN).map((tag) =>
        markup`<a class="tag" href="${withQuery(projectPath(run), { q: tagTerm(tag) })}">${
          line(tag, 64)
        }</a>`
      )
    }</span>`
  }</div>
<div class="run-facts"><span>${durationTag(runtime, since)}</span><span>${
    timeTag(created, now)
  }</span>${user !== "" && markup`<span>${line(user, 60)}</span>`}${
    name !== id && markup`<span class="mono">${line(id, 64)}</span>`
  }</div>
${!embedded && notes !== "" && markup`<p class="notes">${notes.slice(0, 10_000)}</p>`}</div>`;
}
