import { dataUrl } from "../../charts/picture.ts";
import { encodePng } from "../../media/make/png.ts";
import { parsePoints } from "../../media/points_file.ts";
import { pointPixels } from "../../media/show_points.ts";
import type { FileRecord, StoredRun } from "../../server/store/store.ts";
import type { DashboardContext } from "../context.ts";
import type { DrawnPicture, MediaFile } from "../views.ts";
import { drawnPoints } from "./drawn.ts";

/** Some 100,000 points; more are for a program of its own. */
const MAX_POINTS = 4_000_000;
/** Clouds of one medium that are drawn. */
const MAX_DRAWN = 4;

/** Files of points with their pictures; others, and what is too large, as they are. */
export async function withPointPictures(
  context: DashboardContext,
  run: StoredRun,
  files: readonly MediaFile[],
): Promise<readonly MediaFile[]> {
  return await Promise.all(files.map(async (file, i) => {
    if (i >= MAX_DRAWN || !file.path.endsWith(".pts.json")) return file;
    const record = await context.store.files.find(run.key, file.path);
    const drawn = record === undefined ? null : await pointPicture(context, record);
    return drawn === null ? file : { ...file, drawn };
  }));
}

async function pointPicture(
  { store, readFile }: DashboardContext,
  file: FileRecord,
): Promise<DrawnPicture | null> {
  if (file.size > MAX_POINTS) return null;
  const cache = drawnPoints(store);
  const name = file.sha256;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const bytes = await readFile(file, MAX_POINTS);
  if (bytes === null) return null;
  const drawn = draw(new TextDecoder().decode(bytes));
  cache.set(name, drawn);
  return drawn;
}

function draw(text: string): DrawnPicture | null {
  const points = parsePoints(text);
  const pixels = points && pointPixels(points);
  if (pixels === null) return null;
  // Drawn for dense screens.
  const [width, height] = [Math.round(pixels.width / 2), Math.round(pixels.height / 2)];
  return { source: dataUrl("image/png", encodePng(pixels)), width, height };
}
