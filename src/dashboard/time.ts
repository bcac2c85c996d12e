import { formatDuration } from "../charts/format.ts";
import { type Html, markup } from "./html.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/**
 * How long ago something was, in words.
 *
 * @param seconds From then until now.
 *
 * @example
 * ```ts
 * ago(7_300); // "2 h ago"
 * ```
 */
export function ago(seconds: number): string {
  if (!(seconds >= 10)) return "just now";
  if (seconds < MINUTE) return `${Math.floor(seconds)} s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ago`;
  const days = Math.floor(seconds / DAY);
  return days === 1
    ? "yesterday"
    : days < 60
    ? `${days} days ago`
    : `${Math.floor(days / 30.44)} months ago`;
}

/**
 * A time as people read it, with its exact value beside.
 *
 * @param time Milliseconds since 1970.
 * @param now The same.
 */
export function timeTag(time: number, now: number): Html {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return markup`<span>–</span>`;
  const iso = date.toISOString();
  const exact = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  return markup`<time datetime="${iso}" title="${exact}" data-ago>${
    ago((now - time) / 1000)
  }</time>`;
}

/** A duration, in seconds; one that still grows is kept up to date by the script of the page. */
export function durationTag(seconds: number, since?: number): Html {
  return since === undefined
    ? markup`${formatDuration(seconds)}`
    : markup`<span data-since="${since}">${formatDuration(seconds)}</span>`;
}
