import { stripVTControlCharacters } from "node:util";
import type { CellSummary } from "../cells/types.ts";
import { durationText, GAP, hardwareLines, STATUS, stepsText } from "./cell_table.ts";
import { highlight } from "./code.ts";
import { escapeHtml, harmless, truncate } from "./escape.ts";
import { formatBytes, formatCount } from "./format.ts";
import { mediaStrip } from "./media_strip.ts";
import { STATES } from "./palette.ts";
import { tiles } from "./tiles.ts";
import type { MediaView, NamedSeries } from "./types.ts";

/** Something that a cell printed or displayed. */
export type CardOutput =
  | { readonly kind: "text"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | {
    readonly kind: "data";
    readonly parts: readonly {
      readonly mime: string;
      readonly size: number;
      readonly value?: unknown;
    }[];
  }
  /** A drawing of the tracker itself. */
  | { readonly kind: "note" };

/** Everything that a card shows of a cell. */
export interface CellCard {
  readonly summary: CellSummary;
  readonly outputs: readonly CardOutput[];
  readonly traceback: readonly string[];
  readonly metrics: readonly NamedSeries[];
  readonly media: readonly MediaView[];
  /** Further media, which are counted. */
  readonly moreMedia: number;
}

const MAX_CHARTS = 12;
const MAX_OUTPUTS = 40;
const MAX_TEXT = 8_000;
/** Larger images are counted. */
const MAX_IMAGE = 2_000_000;
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12px;" +
  "line-height:1.5;margin:0;white-space:pre-wrap;overflow-wrap:anywhere";
const BLOCK = "padding:6px 10px;margin:6px 0;border-left:3px solid";

/** One execution of a cell: its code, its outputs, and charts of what it logged. */
export function cellCard(card: CellCard): string {
  const { summary, outputs, traceback, metrics, media, moreMedia } = card;
  const more = metrics.length - MAX_CHARTS;
  const parts = [
    header(summary),
    `<pre style="${MONO};${BLOCK} rgba(128,128,128,.4);background:rgba(128,128,128,.08)">` +
    `${highlight(summary.source)}</pre>`,
    ...outputs.slice(0, MAX_OUTPUTS).map(outputHtml),
    outputs.length > MAX_OUTPUTS
      ? quiet(`… and ${formatCount(outputs.length - MAX_OUTPUTS)} more outputs`)
      : "",
    errorHtml(summary.error, traceback),
    ...summary.warnings.map((warning) =>
      `<div style="font-size:12px"><span style="color:${STATES.crashed}">` +
      `<span aria-hidden="true">▲</span> warning</span> ${oneLine(warning, 500)}</div>`
    ),
    tiles(
      metrics.slice(0, MAX_CHARTS).map((series) => ({
        name: series.name,
        xName: "_step",
        series: [series],
      })),
    ),
    more > 0 ? quiet(`… and ${formatCount(more)} more metrics`) : "",
    mediaStrip(media, moreMedia),
  ];
  return `<div style="font-size:13px;line-height:1.5">${parts.join("")}</div>`;
}

function header(summary: CellSummary): string {
  const { execution, status, startedAt, transpiled, disorder } = summary;
  const { sign, color } = STATUS[status];
  const steps = stepsText(summary);
  const facts = [
    durationText(summary),
    steps === "" ? "" : `steps ${steps}`,
    startedAt === null ? "" : startedAt.toISOString().slice(0, 19).replace("T", " ") + " UTC",
    transpiled ? "as the kernel compiled it" : "",
    summary.gap ? GAP : "",
    ...disorder.map((what) => `⇅ ${what}`),
    ...hardwareLines(summary.hardware),
  ].filter((fact) => fact !== "");
  const said = status === "unknown" && startedAt === null ? "ran before the recording" : status;
  return `<div><strong style="font-size:14px">Cell [${execution ?? " "}]</strong> ` +
    `<span style="color:${color};padding:0 4px"><span aria-hidden="true">${sign}</span> ${said}` +
    `</span> <span style="opacity:.75">${facts.join(" · ")}</span></div>`;
}

function outputHtml(output: CardOutput): string {
  switch (output.kind) {
    case "note":
      return quiet("(a panel of the run)");
    case "text":
      return block(output.text, output.stream === "stderr" ? STATES.failed : "transparent");
    case "data":
      return dataHtml(output.parts);
  }
}

function dataHtml(parts: Extract<CardOutput, { kind: "data" }>["parts"]): string {
  const value = (mime: string) => {
    const found = parts.find((part) => part.mime === mime)?.value;
    return typeof found === "string" && found.length <= MAX_IMAGE ? found : undefined;
  };
  const alt = escapeHtml(truncate(value("text/plain") ?? "an image that the cell displayed", 300));
  for (const mime of ["image/png", "image/jpeg", "image/gif"]) {
    const base64 = value(mime)?.replace(/\s/g, "");
    if (base64 !== undefined && /^[A-Za-z0-9+/=]+$/.test(base64)) {
      return image(`data:${mime};base64,${base64}`, alt);
    }
  }
  const svg = value("image/svg+xml");
  if (svg !== undefined) {
    // In an image nothing of it can run.
    return image(`data:image/svg+xml;base64,${new TextEncoder().encode(svg).toBase64()}`, alt);
  }
  const text = value("text/plain") ?? value("text/markdown") ?? wordsOf(value("text/html"));
  if (text !== undefined && text.trim() !== "") return block(text, "transparent");
  const sizes = parts.map(({ mime, size }) => `${mime}, ${formatBytes(size)}`).join("; ");
  return quiet(escapeHtml(harmless(`(${truncate(sizes, 300)})`, true)));
}

function image(source: string, alt: string): string {
  return `<div style="margin:6px 0"><img alt="${alt}" style="max-width:100%" src="${source}"></div>`;
}

/** A foreign document is not put into this one: its words are. */
function wordsOf(html: string | undefined): string | undefined {
  return html?.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, "").replace(/<[^>]*>/g, " ")
    .replace(/&nbsp;/g, " ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&")
    .replace(/[ \t]+/g, " ").replace(/\s*\n\s*/g, "\n").trim();
}

function errorHtml(error: string | null, traceback: readonly string[]): string {
  if (error === null) return "";
  return block(traceback.length > 0 ? traceback.join("\n") : error, STATES.failed);
}

function block(text: string, color: string): string {
  const shown = harmless(stripVTControlCharacters(truncate(text, MAX_TEXT)));
  return `<pre style="${MONO};${BLOCK} ${color}">${escapeHtml(shown.replace(/\n$/, ""))}</pre>`;
}

function quiet(html: string): string {
  return `<div style="opacity:.7;font-size:12px">${html}</div>`;
}

function oneLine(text: string, length: number): string {
  return escapeHtml(harmless(truncate(text, length), true));
}
