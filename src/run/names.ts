export {
  checkProject,
  checkRunId,
  checkTags,
  makeRunId,
  makeRunName,
  quoteName,
} from "../names/identifiers.ts";

/** A metric's name as W&B's expressions can address it, after splitting at `/` and `.`. */
const SEGMENT = /^[_a-zA-Z][_a-zA-Z0-9]*$/;

/** What is wrong with a metric's name: nothing, that it is reserved, or that it is awkward. */
export type NameVerdict = "good" | "reserved" | "awkward" | "empty";

/** Judges a metric's name. */
export function judgeMetricName(name: string): NameVerdict {
  if (name === "") return "empty";
  if (name.startsWith("_")) return "reserved";
  return name.split(/[/.]/).every((segment) => SEGMENT.test(segment)) ? "good" : "awkward";
}

/**
 * A good name that resembles an awkward one.
 *
 * @example
 * ```ts
 * proposeMetricName("val loss, %"); // "val_loss"
 * proposeMetricName("top/5-acc");   // "top/_5_acc"
 * ```
 */
export function proposeMetricName(name: string): string {
  const proposal = name.slice(0, 100).normalize("NFKD").split(/([/.])/).map((part, i) => {
    if (i % 2 === 1) return part;
    const segment = part.replace(/[^a-zA-Z0-9_]+/g, "_").replace(/^_+|_+$/g, "");
    return segment === "" ? "metric" : /^\d/.test(segment) ? `_${segment}` : segment;
  }).join("");
  // A leading underscore is reserved, so a name that begins with a digit needs a letter.
  return proposal.startsWith("_") ? `m${proposal}` : proposal;
}
