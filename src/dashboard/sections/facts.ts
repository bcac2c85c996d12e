import { type Html, markup } from "../html.ts";
import type { Fact } from "../views.ts";

/** The run's machine and program. */
export function factsSection(facts: readonly Fact[]): Html {
  return markup`<section id="about" aria-labelledby="about-head" data-part="about">
<div class="section-head"><h2 id="about-head">About</h2></div>
<div class="card"><dl class="pairs">${
    facts.map(({ name, value }) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)
  }</dl></div></section>`;
}
