import { conversation, isConversation } from "../../charts/conversation.ts";
import type { Frame } from "../../charts/frame.ts";
import type { Picture } from "../../charts/picture.ts";
import { htmlTable, textTable } from "../../charts/table.ts";
import { isRecordable } from "../../record/recordable.ts";
import { Image } from "../image/image.ts";
import { thumbnail } from "../image/show_image.ts";
import type { Shown } from "../show.ts";
import type { Column } from "./column.ts";

/** Rows that a cell shows. */
const ROWS = 20;

/** A table as a cell shows it, images as small ones. */
export function showTable(columns: readonly Column[], length: number): Shown {
  const frame: Frame = {
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      at: (row) => plain(column.at(row)),
      picture: (row) => pictureOf(column.at(row)),
    })),
    length,
    columnCount: columns.length,
    rowCount: length,
  };
  return {
    html: isConversation(frame) ? conversation(frame) : htmlTable(frame, { maxRows: ROWS }),
    text: textTable(frame, { maxRows: ROWS }),
  };
}

function pictureOf(value: unknown): Picture | undefined {
  if (!(value instanceof Image)) return undefined;
  try {
    const { job, boxes } = value.parts();
    return thumbnail(job, boxes);
  } catch {
    // It says what is wrong with it when it is logged.
    return undefined;
  }
}

/** Media in words. */
function plain(value: unknown): unknown {
  return isRecordable(value) ? value.constructor.name : value;
}
