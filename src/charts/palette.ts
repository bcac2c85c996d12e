/**
 * Colours that read on white and on nearly black alike (at least 3:1 against both): a drawing that
 * is shown as an image cannot know what it stands on.
 *
 * @module
 */

/** Lines, in the order in which they are given out. */
export const LINES: readonly string[] = [
  "#3b82d6",
  "#d9622b",
  "#2a9d6f",
  "#a664c8",
  "#c98a14",
  "#d14d7a",
  "#1f9bb3",
  "#8a7a66",
];

/** Axes, labels and other ink. */
export const INK = "#808690";

/** What states are marked with. */
export const STATES = {
  running: "#3b82d6",
  finished: "#2a9d6f",
  failed: "#d64545",
  crashed: "#c98a14",
} as const;

/** The font of drawings. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
