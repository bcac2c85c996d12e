import type { ChartView, NamedSeries, SeriesView } from "./types.ts";

/** What gives a view of itself, a `Series` say. */
export interface Viewable {
  /** Its points so far. */
  view(): SeriesView;
}

/** Options of {@linkcode systemCharts}. */
export interface SystemChartsOptions {
  /**
   * Charts that are made; the views of keys beyond are not asked for.
   *
   * @default {40}
   */
  readonly most?: number;
}

/** A chart of hardware, and the keys that it shows. */
interface Rule {
  /** What people call it. */
  readonly title: string;
  /** Of the axis; empty for counts. */
  readonly unit?: string;
  /** How many of the key's units make one of the axis. */
  readonly divisor?: number;
  readonly ySpan?: readonly [number, number];
  /** Whether it is worth a look only when it is not all zero. */
  readonly ifAny?: boolean;
  /** Keys without `system.`, and the name of each one's series; `$1` is what the key names. */
  readonly keys: readonly (readonly [RegExp, string])[];
}

const PERCENT = { unit: "%", ySpan: [0, 100] } as const;
const GIB = 2 ** 30;
const perGpu = (key: string, prefix = "gpu") =>
  [[new RegExp(`^${prefix}\\.(\\d{1,4})\\.${key}$`, "u"), "GPU $1"]] as const;

/** The charts in the order in which people look for them: accelerators first. */
const RULES: readonly Rule[] = [
  { title: "GPU utilization", ...PERCENT, keys: perGpu("gpu") },
  {
    title: "GPU memory",
    unit: "GiB",
    divisor: GIB,
    ySpan: [0, 0],
    keys: perGpu("memoryAllocatedBytes"),
  },
  {
    title: "GPU run memory",
    unit: "GiB",
    divisor: GIB,
    ySpan: [0, 0],
    keys: perGpu("memoryAllocatedBytes", "gpu\\.process"),
  },
  { title: "GPU power", unit: "W", ySpan: [0, 0], keys: perGpu("powerWatts") },
  { title: "GPU temperature", unit: "°C", keys: perGpu("temp") },
  {
    title: "Processor",
    unit: "%",
    ySpan: [0, 0],
    keys: [[/^cpu$/u, "this run"], [/^cpu\.total_percent$/u, "all"]],
  },
  {
    title: "Run memory",
    unit: "GiB",
    divisor: 1024,
    ySpan: [0, 0],
    keys: [[/^proc\.memory\.rssMB$/u, ""]],
  },
  { title: "Memory in use", ...PERCENT, keys: [[/^memory_percent$/u, ""]] },
  {
    title: "Network",
    unit: "MiB",
    divisor: 2 ** 20,
    keys: [[/^network\.recv$/u, "received"], [/^network\.sent$/u, "sent"]],
  },
  {
    title: "Disk traffic",
    unit: "MiB",
    keys: [
      [/^disk\.([^/\\]+)\.in$/u, "$1 read"],
      [/^disk\.([^/\\]+)\.out$/u, "$1 written"],
    ],
  },
  { title: "Disk in use", ...PERCENT, keys: [[/^disk\.(.+)\.usagePercent$/u, "$1"]] },
  { title: "Cores", ...PERCENT, keys: [[/^cpu\.(\d{1,4})\.cpu_percent$/u, "core $1"]] },
  { title: "Run threads", ySpan: [0, 0], keys: [[/^proc\.cpu\.threads$/u, ""]] },
  { title: "GPU memory controller", ...PERCENT, keys: perGpu("memory") },
  { title: "GPU clock", unit: "MHz", ySpan: [0, 0], keys: perGpu("smClock") },
  { title: "GPU memory clock", unit: "MHz", ySpan: [0, 0], keys: perGpu("memoryClock") },
  { title: "GPU fan", ...PERCENT, keys: perGpu("fanSpeed") },
  { title: "GPU memory errors", ifAny: true, keys: perGpu("uncorrectedMemoryErrors") },
  { title: "GPU memory errors, corrected", ifAny: true, keys: perGpu("correctedMemoryErrors") },
];

/** Keys that say again, or in a form that no chart suits, what the charts above show. */
const COVERED: readonly RegExp[] = [
  /^gpu\.process\./u,
  /^gpu\.\d+\.(?:memoryAllocated|powerPercent|enforcedPowerLimitWatts|performanceState)$/u,
  /^gpu\.\d+\.(?:throttleReasons|pcieLinkGen|pcieLinkWidth)$/u,
  /^disk\..+\.usageGB$/u,
  /^proc\.(?:cpu\.seconds|memory\.percent|memory\.availableMB)$/u,
];

/**
 * The charts that hardware samples make: what belongs together in one chart, in units and names that
 * people read, the accelerators first. Keys that are not known come last, under their own names.
 *
 * @param series By W&B's keys, `system.gpu.0.powerWatts` say.
 */
export function systemCharts(
  series: ReadonlyMap<string, Viewable>,
  { most = 40 }: SystemChartsOptions = {},
): ChartView[] {
  const left = new Map<string, Viewable>();
  for (const [key, one] of series) left.set(key.replace(/^system\./u, ""), one);
  const charts: ChartView[] = [];
  for (const rule of RULES) {
    if (charts.length === most) return charts;
    const chart = chartOf(rule, left);
    if (chart !== undefined) charts.push(chart);
  }
  for (const [key, one] of left) {
    if (charts.length === most) break;
    if (COVERED.some((pattern) => pattern.test(key))) continue;
    charts.push(plain(key, [{ name: key, view: one.view() }]));
  }
  return charts;
}

/** Takes the keys of a rule out of those that are left. */
function chartOf(rule: Rule, left: Map<string, Viewable>): ChartView | undefined {
  const { title, unit = "", divisor = 1, ifAny = false, ySpan } = rule;
  const found: { key: string; label: string; view: SeriesView }[] = [];
  for (const [pattern, name] of rule.keys) {
    for (const [key, one] of left) {
      const match = pattern.exec(key);
      if (match === null) continue;
      // By a function, so that a `$` in a folder's name stays one.
      const label = name.replace("$1", () => match[1] ?? "");
      found.push({ key, label, view: scaled(one.view(), divisor) });
      left.delete(key);
    }
  }
  if (found.length === 0 || (ifAny && found.every(({ view }) => !(view.max > 0)))) return undefined;
  if (rule.keys.length === 1) {
    found.sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
  }
  const several = found.length > 1;
  const name = withUnit(several ? title : titleOfOne(title, found[0]!.label), unit);
  const series = found.map(({ label, view }) => ({ name: several ? label : name, view }));
  const chart = plain(name, series);
  return ySpan === undefined ? chart : { ...chart, ySpan };
}

/** "GPU power" and "GPU 0" are "GPU 0 power". */
function titleOfOne(title: string, label: string): string {
  if (label === "") return title;
  return label.startsWith("GPU ") ? title.replace("GPU", label) : `${title}, ${label}`;
}

function withUnit(title: string, unit: string): string {
  return unit === "" ? title : `${title}, ${unit}`;
}

function plain(name: string, series: readonly NamedSeries[]): ChartView {
  return { name, xName: "_runtime", series };
}

function scaled(view: SeriesView, divisor: number): SeriesView {
  if (divisor === 1) return view;
  const by = (column: Float64Array) => column.map((value) => value / divisor);
  return {
    ...view,
    mean: by(view.mean),
    low: by(view.low),
    high: by(view.high),
    first: view.first / divisor,
    last: view.last / divisor,
    min: view.min / divisor,
    max: view.max / divisor,
  };
}
