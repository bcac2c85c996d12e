import type { Store } from "../store/store.ts";
import { type SeriesColumns, toColumns } from "./columns.ts";
import { type Cursor, cursorOf, isStale } from "./cursor.ts";
import { type ChartQuery, readCharts } from "./read_charts.ts";

/** An answer to a chart query. */
export interface ChartAnswer {
  /** By run and then by key, as they were asked for. */
  readonly series: readonly SeriesColumns[];
  /** Given back with the next request, it makes that hold only what has come since. */
  readonly cursor: string;
  /**
   * Whether the columns begin anew: always without a cursor, and when a run was rewound. Otherwise
   * they go on from those that came with the cursor.
   */
  readonly complete: boolean;
}

/** Answers a query with everything, or with what is newer than the cursor. */
export async function answerChart(
  store: Store,
  query: ChartQuery,
  cursor: Cursor,
): Promise<ChartAnswer> {
  const { runs, stream = "history" } = query;
  const complete = cursor.size === 0 || isStale(cursor, runs, stream);
  const found = await readCharts(store, complete ? query : { ...query, after: cursor });
  return {
    series: found
      .filter(({ view }) => complete || view.points > 0)
      .map(({ run, key, view }) => toColumns(`${run.entity}/${run.project}/${run.id}`, key, view)),
    cursor: cursorOf(runs, stream),
    complete,
  };
}
