import { formatNumber } from "../../charts/format.ts";
import { type Html, markup } from "../html.ts";
import { changed } from "../links.ts";
import type { MediaSteps } from "../views.ts";

/** Leads to the media of other steps: links, and a slider where there is a script. */
export function mediaSteps({ current, first, last, earlier, later, apart }: MediaSteps, url: URL) {
  const link = (step: number | null, rel: string, name: string, sign: string): Html =>
    step === null
      ? markup`<a class="button" role="link" aria-disabled="true" aria-label="${name}">${sign}</a>`
      : markup`<a class="button" rel="${rel}" aria-label="${name}" href="${
        changed(url, { step: step === last ? null : step })
      }#media">${sign}</a>`;
  return markup`<div class="steps" role="group" aria-label="Step of the media">
<label><span>Step <b>${formatNumber(current)}</b></span><input type="range" min="${first}"
max="${last}" step="${apart > 0 ? apart : "any"}" value="${current}" data-last="${last}"
aria-label="Step"></label>${link(earlier, "prev", "Earlier step", "←")}${
    link(later, "next", "Later step", "→")
  }</div>`;
}
