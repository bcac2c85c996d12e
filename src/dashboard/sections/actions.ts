import { type Html, markup } from "../html.ts";
import { runPath } from "../links.ts";
import type { RunItem } from "../views.ts";

/** Lengths that the forms take, and their answers keep to. */
export const LIMITS = { name: 128, notes: 10_000, tags: 2_000 } as const;

/** What may be done with a run: forms that need no script. */
export function runActions(run: RunItem, stopRequested: boolean): Html {
  const path = runPath(run);
  return markup`<div class="actions">
${stopPart(run, stopRequested)}
<details class="menu"><summary class="button">Edit</summary><div>${
    editForm(run, path)
  }</div></details>
<details class="menu"><summary class="button danger">Delete</summary><div>
<form method="post" action="${path}/delete">
<p>The run goes away with its rows and files. This cannot be undone.</p>
<button class="danger">Delete this run</button></form></div></details>
</div>`;
}

/** Asks the run to stop, while it can; room for that otherwise. */
export function stopPart(run: RunItem, requested: boolean): Html {
  const stoppable = run.state === "running" || run.state === "pending";
  return markup`<div data-part="stop">${
    stoppable && (requested
      ? markup`<span class="button" aria-disabled="true">Stop requested</span>`
      : markup`<form method="post" action="${runPath(run)}/stop"><button>Stop</button></form>`)
  }</div>`;
}

/** The first line break of a text area is not part of its text. */
function editForm({ name, tags, notes }: RunItem, path: string): Html {
  const { name: longest, tags: longestTags, notes: longestNotes } = LIMITS;
  return markup`<form method="post" action="${path}/edit">
<label>Name<input type="text" name="name" value="${name}" maxlength="${longest}" required></label>
<label>Tags, separated by commas
<input type="text" name="tags" value="${tags.join(", ")}" maxlength="${longestTags}"></label>
<label>Notes<textarea name="notes" maxlength="${longestNotes}">
${notes}</textarea></label>
<button class="primary">Save</button></form>`;
}
