import { type Html, markup } from "./html.ts";

/** The states that a run can be in, in the order in which people look for them. */
export const STATES: readonly string[] = [
  "running",
  "finished",
  "failed",
  "crashed",
  "killed",
  "pending",
  "preempting",
  "preempted",
];

/** A run's state: a dot in its colour, and the word. */
export function stateTag(state: string): Html {
  const known = STATES.includes(state) ? state : "pending";
  return markup`<span class="state ${known}"><b>${known}</b></span>`;
}
