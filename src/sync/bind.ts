import { join, RUN_FILES } from "../record/layout.ts";
import { type Held, rowIdentity } from "./held.ts";
import type { Feed } from "./read/feed.ts";
import { readRows, type RecordedRow } from "./read/read_rows.ts";
import { BEGINNING, type Place } from "./state/place.ts";
import type { TargetState } from "./state/sync_state.ts";

/** The streams of a run. */
export interface Feeds {
  readonly history: Feed;
  readonly events: Feed;
  readonly log: Feed;
}

/** What is there to decide with. */
export interface BindContext {
  readonly directory: string;
  /** What was noted of earlier deliveries; null when nothing was. */
  readonly state: TargetState | null;
  /** What the server holds; null when it has no such run. */
  readonly held: Held | null;
  /** Asks the server for its rows of a step. */
  readonly rowsOfStep: (step: number) => Promise<readonly unknown[]>;
}

/** Times have milliseconds. */
const SAME_TIME = 0.002;

/**
 * Decides which unit of each file is which line of the server's streams. What the server says that
 * it holds is the truth; the notes of earlier deliveries say which of its lines are ours.
 *
 * - It holds as much as was noted: go on.
 * - It holds less, since it lost something: go back, and send it again.
 * - It holds more, and its last row is one of ours: an answer got lost; what is sent again lands on
 *   itself.
 * - It holds more, and its last row is not ours: somebody else has appended to the run; go on after
 *   what is theirs.
 * - Nothing was noted: the last row, or the first one, tells whether these are our rows.
 */
export async function bind(feeds: Feeds, context: BindContext): Promise<void> {
  const { directory, state, held } = context;
  if (held === null) {
    feeds.history.place = feeds.events.place = feeds.log.place = BEGINNING;
    return;
  }
  const path = join(directory, RUN_FILES.history);
  const ours = state === null ? null : known(path, state.history, held);
  const found = ours ?? await search(path, context, held);
  if (found.kind === "rewind") {
    feeds.history.place = state?.history ?? BEGINNING;
    feeds.history.rewind(found.row, held.history);
  } else {
    feeds.history.place = found.place;
    if (found.kind === "after" && state !== null) await passOpenRow(feeds, state.history, context);
  }
  bindLines(feeds.events, state?.events ?? null, held.events, found.kind === "after");
  bindLines(feeds.log, state?.log ?? null, held.log, found.kind === "after");
}

/** The row that was open when others appended is on the server, before theirs. */
async function passOpenRow(feeds: Feeds, before: Place, context: BindContext): Promise<void> {
  const { place } = feeds.history;
  for (const unit of readRows(join(context.directory, RUN_FILES.history), place.offset)) {
    for (const line of await context.rowsOfStep(unit.step)) {
      const identity = rowIdentity(line);
      if (identity === null || !isRow(unit, identity)) continue;
      feeds.history.place = {
        ...place,
        row: place.row + 1,
        from: place.row + 1,
        offset: unit.next,
      };
      feeds.history.revise(before.line, unit.begin);
      return;
    }
    return;
  }
}

type Found =
  /** The lines are ours, and go on here. */
  | { readonly kind: "ours"; readonly place: Place }
  /** They are ours up to a row, and that row is next. */
  | { readonly kind: "rewind"; readonly row: number }
  /** Somebody else's lines end here. */
  | { readonly kind: "after"; readonly place: Place };

/** What the notes say; null when they do not fit. */
function known(path: string, place: Place, { history, lastRow }: Held): Found | null {
  const { row, line, from, offset } = place;
  if (history === line) return { kind: "ours", place };
  if (history < line) {
    const lost = line - history;
    return lost <= row - from ? { kind: "rewind", row: row - lost } : null;
  }
  if (lastRow === null) return { kind: "ours", place };
  for (const unit of readRows(path, offset)) {
    if (isRow(unit, lastRow)) return { kind: "ours", place };
  }
  return { kind: "after", place: { row, line: history, from: row, offset } };
}

async function search(path: string, { rowsOfStep }: BindContext, held: Held): Promise<Found> {
  const { history, lastRow } = held;
  if (history === 0) return { kind: "ours", place: BEGINNING };
  let first: RecordedRow | null = null;
  let row = 0;
  for (const unit of readRows(path, 0)) {
    first ??= unit;
    row++;
    if (lastRow === null || !isRow(unit, lastRow)) continue;
    // An open row may have grown since it was sent, so it is sent again.
    const from = Math.max(0, row - history);
    const place = { row: row - 1, line: history - 1, from, offset: unit.begin };
    return { kind: "ours", place };
  }
  if (first !== null) {
    for (const line of await rowsOfStep(first.step)) {
      const identity = rowIdentity(line);
      if (identity !== null && isRow(first, identity)) return { kind: "ours", place: BEGINNING };
    }
  }
  return { kind: "after", place: { ...BEGINNING, line: history } };
}

function isRow(row: RecordedRow, { step, time }: { step: number; time: number }): boolean {
  return row.step === step && time > row.firstTime - SAME_TIME && time < row.lastTime + SAME_TIME;
}

/** Events and console lines have nothing to be told apart by; they follow what the history says. */
function bindLines(feed: Feed, place: Place | null, held: number, after: boolean): void {
  const { row, line, from, offset } = place ?? BEGINNING;
  if (held < line) {
    feed.place = place ?? BEGINNING;
    const lost = line - held;
    if (lost <= row - from) feed.rewind(row - lost, held);
    else feed.rewind(0, held);
  } else if (after && held > line) {
    feed.place = { row, line: held, from: row, offset };
  } else {
    feed.place = place ?? BEGINNING;
  }
}
