import { checkTags, quoteName } from "../names/identifiers.ts";
import type { AboutLine } from "../record/lines.ts";

/** What a run says of itself; what is left out stays as it is. */
export type About = Omit<AboutLine, "type">;

/**
 * What records a change.
 *
 * @throws {TypeError} When it cannot be.
 */
export function aboutLine(change: About): AboutLine {
  return {
    type: "about",
    ..."name" in change && { name: checkName(change.name) },
    ..."tags" in change && { tags: checkLabels(change.tags) },
    ..."notes" in change && { notes: checkText("notes", change.notes) },
  };
}

function checkName(name: unknown): string {
  const text = checkText("name", name);
  if (text.trim() === "") {
    throw new TypeError(`Cannot use the name ${quoteName(text)}: it is empty`);
  }
  return text;
}

function checkLabels(tags: unknown): readonly string[] {
  if (Array.isArray(tags)) return Object.freeze(checkTags(tags));
  throw new TypeError(`Cannot use the tags ${quoteName(String(tags))}: they are no array`);
}

function checkText(what: string, text: unknown): string {
  if (typeof text === "string") return text.toWellFormed();
  throw new TypeError(`Cannot use the ${what} ${quoteName(String(text))}: it is no string`);
}
