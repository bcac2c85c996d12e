import type { Store, StoredRun } from "../../server/store/store.ts";
import type { FocusSection } from "../sections/focus.ts";
import type { ChartKey } from "./chart_keys.ts";
import { type ChartOptions, drawCharts } from "./run_charts.ts";

const WIDE = { width: 1200, height: 440 };
const NARROW = { width: 360, height: 280 };
/** Other metrics that can be the x axis. */
const AXES_OFFERED = 50;

/** Reads the chart that the address names, and how it is to be drawn; null when it names none. */
export async function focusView(
  store: Store,
  run: StoredRun,
  keys: readonly ChartKey[],
  url: URL,
): Promise<FocusSection | null> {
  const given = url.searchParams;
  const key = keys.find(({ key }) => key === given.get("chart"));
  if (key === undefined) return null;
  const x = given.get("x") || key.x;
  const smoothing = Number(given.get("smoothing"));
  const smooth = smoothing > 0 && smoothing < 1 ? smoothing : 0;
  const log = given.get("log") === "1";
  const options: ChartOptions = {
    x,
    smoothing: smooth,
    yScale: log ? "log" : "linear",
    ...domainOf(given),
  };
  const [wide] = await drawCharts(store, run, [key], { ...options, ...WIDE });
  const [narrow] = await drawCharts(store, run, [key], { ...options, ...NARROW });
  if (wide === undefined || narrow === undefined) return null;
  const others = keys.filter((other) => other !== key).map(({ key }) => key);
  const names = new Set([key.x, ...others.slice(0, AXES_OFFERED)]);
  names.delete("_step");
  return {
    wide,
    narrow,
    smoothing: smooth,
    log,
    from: given.get("from") ?? "",
    to: given.get("to") ?? "",
    axes: [
      ["_step", "step"],
      ["_runtime", "time"],
      ...Array.from(names, (name) => [name, name] as const),
    ],
    url,
  };
}

/**
 * The part of the axis that an address asks for.
 *
 * @param prefix Of the names of its parameters.
 */
export function domainOf(
  given: URLSearchParams,
  prefix = "",
): { readonly from?: number; readonly to?: number } {
  const read = (name: "from" | "to") => {
    const text = given.get(prefix + name);
    const value = Number(text);
    return text === null || text === "" || !Number.isFinite(value) ? {} : { [name]: value };
  };
  return { ...read("from"), ...read("to") };
}
