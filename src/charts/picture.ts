import { escapeHtml, escapeXml, harmless, truncate } from "./escape.ts";
import { FONT, seriesColor } from "./palette.ts";

/** A box in a picture, in its pixels. */
export interface PictureBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  /** Boxes of one class have one colour. */
  readonly classId: number;
}

/** A picture to be shown. */
export interface Picture {
  /** The image as a `data:` URL. */
  readonly source: string;
  /** In pixels; 0 when unknown. */
  readonly width: number;
  readonly height: number;
  readonly caption?: string;
  readonly boxes?: readonly PictureBox[];
  /** Images that lie over it, as `data:` URLs. */
  readonly overlays?: readonly string[];
}

/** Options of {@linkcode pictureTag}. */
export interface PictureOptions {
  /** The largest width and height in CSS pixels. @default {480} */
  readonly maxSize?: number;
  /** Smaller images are enlarged to about this. @default {112} */
  readonly minSize?: number;
  /** Whether boxes have their labels, which need room. @default {true} */
  readonly labels?: boolean;
}

const MAX_CAPTION = 300;
const encoder = new TextEncoder();

/** A `data:` URL of bytes. */
export function dataUrl(mime: string, bytes: Uint8Array): string {
  return `data:${mime};base64,${bytes.toBase64()}`;
}

/**
 * A picture as HTML. What lies over it is drawn into one image with it, since a notebook that is not
 * trusted keeps nothing but images.
 */
export function pictureTag(picture: Picture, options: PictureOptions = {}): string {
  const { caption = "", boxes = [], overlays = [] } = picture;
  const { width, height } = shownSize(picture, options);
  const text = harmless(truncate(caption, MAX_CAPTION), true);
  const composed = boxes.length + overlays.length === 0
    ? picture.source
    : `data:image/svg+xml;base64,${
      encoder.encode(compose(picture, width, options.labels)).toBase64()
    }`;
  const pixelated = picture.width > 0 && width > picture.width ? "image-rendering:pixelated;" : "";
  const size = width > 0 ? ` width="${width}" height="${height}"` : "";
  return `<div style="display:inline-block;vertical-align:top;margin:4px 10px 4px 0;` +
    `max-width:100%"><img alt="${escapeHtml(alternative(picture))}"${size} ` +
    `style="${pixelated}max-width:100%;height:auto;vertical-align:top" src="${
      escapeHtml(composed)
    }">` +
    (text === ""
      ? ""
      : `<div style="font-size:12px;opacity:.75;max-width:${
        Math.max(width, 160)
      }px;overflow-wrap:break-word">${escapeHtml(text)}</div>`) +
    `</div>`;
}

/** What a picture shows, in words. */
export function alternative({ width, height, caption = "", boxes = [] }: Picture): string {
  const size = width > 0 ? ` of ${width} by ${height} pixels` : "";
  const what = boxes.length === 0
    ? ""
    : ` with ${boxes.length} box${boxes.length === 1 ? "" : "es"}`;
  const text = harmless(truncate(caption, MAX_CAPTION), true);
  return `An image${size}${what}${text === "" ? "" : `: ${text}`}`;
}

function shownSize(
  { width, height }: Picture,
  { maxSize = 480, minSize = 112 }: PictureOptions,
): { width: number; height: number } {
  const largest = Math.max(width, height);
  if (!(largest > 0)) return { width: 0, height: 0 };
  // Pixels of a small image are shown as squares of one size.
  const factor = largest < minSize ? Math.ceil(minSize / largest) : Math.min(1, maxSize / largest);
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  };
}

function compose(picture: Picture, shownWidth: number, labels = true): string {
  const { source, width, height, boxes = [], overlays = [] } = picture;
  const unit = width / Math.max(1, shownWidth);
  const full = `width="${width}" height="${height}"`;
  const sharp = unit < 1 ? ` style="image-rendering:pixelated"` : "";
  const images = [source, ...overlays].map((href) =>
    `<image href="${escapeXml(href)}" ${full}${sharp}/>`
  );
  const placed: Rectangle[] = [];
  const drawn = boxes.map((box) => {
    const color = seriesColor(Math.abs(box.classId));
    const label = labels ? harmless(truncate(box.label, 40), true) : "";
    const fontSize = 11 * unit;
    const labelWidth = label.length * fontSize * 0.62 + 6 * unit;
    const { x: labelX, y: labelY } = label === ""
      ? box
      : placeLabel(box, { width: labelWidth, height: 15 * unit }, { picture, placed });
    return `<rect x="${r(box.x)}" y="${r(box.y)}" width="${r(box.width)}" height="${
      r(box.height)
    }" ` +
      `fill="none" stroke="${color}" stroke-width="${r(2 * unit)}"/>` +
      (label === ""
        ? ""
        : `<rect x="${r(labelX)}" y="${r(labelY)}" width="${r(labelWidth)}" height="${
          r(15 * unit)
        }" fill="${color}"/><text x="${r(labelX + 3 * unit)}" y="${
          r(labelY + 11.5 * unit)
        }" fill="#fff" font-size="${r(fontSize)}">${escapeXml(label)}</text>`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" ${full} viewBox="0 0 ${width} ${height}" ` +
    `font-family="${escapeXml(FONT)}">${images.join("")}${drawn.join("")}</svg>`;
}

type Rectangle = Pick<PictureBox, "x" | "y" | "width" | "height">;

/** Above its box, else below it or within, where it hides no other label; always in the picture. */
function placeLabel(
  box: PictureBox,
  size: Pick<Rectangle, "width" | "height">,
  { picture, placed }: { picture: Picture; placed: Rectangle[] },
): Rectangle {
  const x = Math.max(0, Math.min(box.x, picture.width - size.width));
  const places = [box.y - size.height, box.y + box.height, box.y].map((y) => ({
    ...size,
    x,
    y: Math.max(0, Math.min(y, picture.height - size.height)),
  }));
  const label = places.find((place) => !placed.some((other) => overlap(place, other))) ??
    places[0]!;
  placed.push(label);
  return label;
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
    b.y < a.y + a.height;
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}
