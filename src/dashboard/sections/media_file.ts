import { seriesColor } from "../../charts/palette.ts";
import type { PictureBox } from "../../charts/picture.ts";
import { type Html, line, markup } from "../html.ts";
import type { ClassName, ImageMarks, ImageSize, MediaFile } from "../views.ts";

const PICTURE = /\.(?:png|jpe?g|gif|webp|svg)$/i;
const SOUND = /\.(?:wav|mp3|ogg|flac|m4a)$/i;
const VIDEO = /\.(?:mp4|webm)$/i;
/** CSS pixels of the longest side of an image; smaller ones are enlarged to the second. */
const LARGEST = 320;
const SMALLEST = 84;
const MAX_LABEL = 40;

/** A file of a medium: an image with what is drawn over it, a player, or a link. */
export function mediaFile(file: MediaFile, size?: ImageSize): Html {
  const { path, caption, href } = file;
  const text = caption !== "" && markup`<small>${line(caption, 200)}</small>`;
  if (PICTURE.test(path)) return markup`<div class="shot">${picture(file, size)}${text}</div>`;
  const label = caption === "" ? path.slice(path.lastIndexOf("/") + 1) : caption;
  if (SOUND.test(path)) {
    return markup`<div class="sound"><audio controls preload="metadata" src="${href}" aria-label="${
      line(label, 100)
    }"></audio>${text}</div>`;
  }
  if (VIDEO.test(path)) {
    return markup`<div><video controls preload="metadata" src="${href}" aria-label="${
      line(label, 100)
    }"></video>${text}</div>`;
  }
  if (file.drawn !== undefined) {
    const { source, width, height } = file.drawn;
    return markup`<div class="shot"><a href="${href}" target="_blank" rel="noopener"><img src="${source}" alt="${
      caption === "" ? "Points in three dimensions" : line(caption, 200)
    }" width="${width}" height="${height}"></a>${text}</div>`;
  }
  // The name of a file has the hash of what is in it, and says less than a word.
  const words = caption === "" ? "Download" : label;
  return markup`<a href="${href}" target="_blank" rel="noopener" title="${line(path, 500)}">${
    line(words, 100)
  }</a>`;
}

function picture({ path, caption, href, marks }: MediaFile, size?: ImageSize): Html {
  const name = caption === "" ? path.slice(path.lastIndexOf("/") + 1) : caption;
  const boxes = [...new Set(marks?.boxes.map(({ label }) => label) ?? [])].join(", ");
  const alt = line(name, 200) + (boxes === "" ? "" : `, with boxes: ${line(boxes, 200)}`);
  if (size === undefined) {
    return markup`<a href="${href}" target="_blank" rel="noopener"><img loading="lazy" src="${href}" alt="${alt}"></a>`;
  }
  const shown = shownSize(size);
  const squares = shown.width > size.width && markup` class="squares"`;
  return markup`<a href="${href}" target="_blank" rel="noopener"><img loading="lazy" src="${href}" alt="${alt}" width="${shown.width}" height="${shown.height}"${squares}>${
    marks && marksOver(marks, size, size.width / shown.width)
  }</a>`;
}

/** Room is kept for an image before it is there; pixels of a small one become squares. */
function shownSize({ width, height }: ImageSize): ImageSize {
  const longest = Math.max(width, height);
  const factor = longest < SMALLEST
    ? Math.ceil(SMALLEST / longest)
    : Math.min(1, LARGEST / longest);
  return {
    width: Math.max(1, Math.round(width * factor)),
    height: Math.max(1, Math.round(height * factor)),
  };
}

/**
 * Boxes and masks over an image.
 *
 * @param unit Pixels of the image in one of the screen.
 */
function marksOver({ boxes, masks }: ImageMarks, { width, height }: ImageSize, unit: number): Html {
  return markup`<svg class="marks" viewBox="0 0 ${width} ${height}" aria-hidden="true">${
    masks.map((href) =>
      markup`<image href="${href}" width="${width}" height="${height}" preserveAspectRatio="none" filter="url(#mask-colours)"/>`
    )
  }${boxes.map((box) => boxOver(box, unit, width))}</svg>`;
}

function boxOver(
  { x, y, width, height, label, classId }: PictureBox,
  unit: number,
  imageWidth: number,
): Html {
  const color = seriesColor(Math.abs(classId));
  const text = line(label, MAX_LABEL);
  const top = Math.max(0, y - 15 * unit);
  const labelWidth = (text.length * 6.6 + 6) * unit;
  // A label is read from its beginning, and is not to end outside of the image.
  const left = Math.max(0, Math.min(x, imageWidth - labelWidth));
  return markup`<rect x="${r(x)}" y="${r(y)}" width="${r(Math.max(0, width))}" height="${
    r(Math.max(0, height))
  }" fill="none" stroke="${color}" stroke-width="${r(2 * unit)}"/>${
    text !== "" &&
    markup`<rect x="${r(left)}" y="${r(top)}" width="${r(labelWidth)}" height="${
      r(15 * unit)
    }" fill="${color}"/><text x="${r(left + 3 * unit)}" y="${r(top + 11.5 * unit)}" font-size="${
      r(11 * unit)
    }" fill="#fff">${text}</text>`
  }`;
}

/** The colours of the classes that an image shows. */
export function classList(classes: readonly ClassName[]): Html {
  return markup`<ul class="legend">${
    classes.map(({ id, name }) =>
      markup`<li>${swatch(seriesColor(Math.abs(id)))}${line(name, 60)}</li>`
    )
  }</ul>`;
}

/** A square in a colour, of which the policy of the pages lets no style say it. */
export function swatch(color: string): Html {
  return markup`<svg class="swatch" viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1" fill="${color}"/></svg>`;
}

/**
 * What gives each pixel of a mask the colour of its class: its grey is the number of the class, and
 * class 0 is the background, and clear.
 */
export function maskColours(): Html {
  const channel = (shift: number) =>
    Array.from({ length: 256 }, (_, id) => {
      const value = (Number.parseInt(seriesColor(id).slice(1), 16) >> shift) & 255;
      return r(value / 255);
    }).join(" ");
  const opacity = Array.from({ length: 256 }, (_, id) => id === 0 ? 0 : 0.55).join(" ");
  return markup`<svg class="visually-hidden" aria-hidden="true"><filter id="mask-colours" color-interpolation-filters="sRGB" x="0" y="0" width="1" height="1"><feColorMatrix values="1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0"/><feComponentTransfer>${
    [["R", channel(16)], ["G", channel(8)], ["B", channel(0)], ["A", opacity]].map((
      [name, values],
    ) => markup`<feFunc${name} type="discrete" tableValues="${values}"/>`)
  }</feComponentTransfer></filter></svg>`;
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}
