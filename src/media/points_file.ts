import type { PointsJob } from "../record/media_job.ts";

const COLUMNS: readonly number[] = [3, 4, 6];

/**
 * Reads a `.pts.json`: a list of points, or a scene that has them among other things.
 *
 * @returns Null for what has no points, or points of different kinds.
 */
export function parsePoints(text: string): PointsJob | null {
  const rows = rowsOf(text);
  const columns = rows[0]?.length ?? 0;
  if (!isColumns(columns) || rows.some((row) => row.length !== columns)) return null;
  return { kind: "points", data: Float64Array.from(rows.flat(), Number), columns };
}

function rowsOf(text: string): unknown[][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const rows = typeof value === "object" && value !== null && "points" in value
    ? value.points
    : value;
  return Array.isArray(rows) && rows.every(Array.isArray) ? rows : [];
}

function isColumns(columns: number): columns is 3 | 4 | 6 {
  return COLUMNS.includes(columns);
}
