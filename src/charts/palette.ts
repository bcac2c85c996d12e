/**
 * Colours of the charts. An image in a page does not know whether the page is light or dark, so each
 * of these has a relative luminance of about 0.2: a contrast of 4.2 : 1 to white, and 4.5 : 1 to
 * #111.
 *
 * @module
 */

/** Axes and their text. */
export const NEUTRAL = "#7b7d82";

/** Series, in the order in which they are used. */
export const CATEGORICAL: readonly string[] = [
  "#2e7cd8",
  "#c65e0a",
  "#038e51",
  "#be55a0",
  "#8968d4",
  "#8c7c05",
  "#d05158",
  "#118993",
];

/** The colour of the series with an index. */
export function seriesColor(index: number): string {
  return CATEGORICAL[index % CATEGORICAL.length]!;
}

/** The states of a run. */
export const STATES = {
  running: "#2e7cd8",
  finished: "#038e51",
  failed: "#d05158",
  crashed: "#c65e0a",
} as const;

/** The font of all text in images. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

/** Where colours come again, the pattern of the line tells series apart. */
export function seriesDash(index: number): string | undefined {
  return DASHES[Math.floor(index / CATEGORICAL.length) % DASHES.length];
}

const DASHES: readonly (string | undefined)[] = [undefined, "5 3", "1.5 2.5"];
