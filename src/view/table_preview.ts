import type { Frame } from "../charts/frame.ts";
import type { Picture } from "../charts/picture.ts";
import { isInnerPath } from "../record/file_list.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { toNumber } from "../record/parse_line.ts";
import { parseTableFile } from "../record/table_file.ts";
import type { Thumbnails } from "./thumbnails.ts";

/** A larger file is not read to show its first rows. */
const MAX_BYTES = 400_000;
const ROWS = 5;

/** The first rows of a recorded table; null when it is large, or is not there. */
export async function tablePreview(
  directory: string,
  value: { readonly [key: string]: unknown },
  thumbnails: Thumbnails,
): Promise<Frame | null> {
  const { path, size, nrows } = value;
  if (typeof path !== "string" || !isInnerPath(path) || !(Number(size) <= MAX_BYTES)) return null;
  try {
    const text = Deno.readTextFileSync(join(directory, RUN_FILES.files, path));
    if (text.length > MAX_BYTES) return null;
    const { columns, data } = parseTableFile(text);
    const rows = data.slice(0, ROWS);
    const pictures = await Promise.all(
      rows.map((row) => Promise.all(row.map((cell) => pictureOf(cell, thumbnails)))),
    );
    return {
      columns: columns.map((name, i) => ({
        name,
        type: isNumeric(rows.map((row) => row[i])) ? "number" : "mixed",
        at: (row) => rows[row]?.[i],
        picture: (row) => pictures[row]?.[i],
      })),
      length: rows.length,
      columnCount: columns.length,
      rowCount: typeof nrows === "number" ? nrows : data.length,
    };
  } catch {
    // A damaged file has no rows to show.
    return null;
  }
}

/** Numbers, with gaps and with what is none of them. */
function isNumeric(cells: readonly unknown[]): boolean {
  const there = cells.filter((cell) => cell !== null && cell !== undefined);
  return there.some((cell) => typeof cell === "number") &&
    there.every((cell) => toNumber(cell) !== undefined);
}

async function pictureOf(cell: unknown, thumbnails: Thumbnails): Promise<Picture | undefined> {
  if (typeof cell !== "object" || cell === null) return undefined;
  const { caption: _, ...value } = cell as { readonly [key: string]: unknown };
  if (value._type !== "image-file") return undefined;
  return await thumbnails.picture(value) ?? undefined;
}
