import type { PictureBox } from "../charts/picture.ts";
import type { Box, BoxPosition } from "../media/image/annotations.ts";
import { pictureBoxes } from "../media/image/layers.ts";
import { isObject } from "../record/json_object.ts";

/** Boxes of a layer that are drawn. */
const MAX_BOXES = 64;

/** Gives the recorded boxes of an image of a size. */
export type RecordedBoxes = (
  size: { readonly width: number; readonly height: number },
) => PictureBox[];

/**
 * Reads a layer of boxes as it was recorded; what is no box is left out.
 *
 * @throws {SyntaxError} When it is no JSON.
 */
export function readBoxes(bytes: Uint8Array): RecordedBoxes {
  const layer: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const { box_data: data, class_labels: names } = isObject(layer) ? layer : {};
  const boxes = Array.isArray(data) ? data.slice(0, MAX_BOXES).flatMap(boxOf) : [];
  const labels = isObject(names)
    ? Object.fromEntries(Object.entries(names).map(([id, name]) => [id, String(name)]))
    : {};
  return (size) => pictureBoxes({ boxes, labels }, size);
}

function boxOf(value: unknown): Box[] {
  if (!isObject(value)) return [];
  const { position, domain, class_id: id, box_caption: caption } = value;
  if (!isPosition(position)) return [];
  return [{
    position,
    ...(domain === "pixel" ? { domain } : {}),
    classId: Number.isSafeInteger(id) ? id as number : 0,
    ...(typeof caption === "string" ? { caption } : {}),
  }];
}

function isPosition(value: unknown): value is BoxPosition {
  if (!isObject(value)) return false;
  const { minX, maxX, minY, maxY, middle, width, height } = value;
  const numbers = Array.isArray(middle)
    ? [middle.length === 2 ? 0 : NaN, ...middle, width, height]
    : [minX, maxX, minY, maxY];
  return numbers.every(Number.isFinite);
}
