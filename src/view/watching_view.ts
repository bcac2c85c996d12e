import type { Distribution } from "../charts/ridgeline.ts";
import type { LayerRow, WatchedTensor, WatchingView } from "../charts/watching.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { toNumber } from "../record/parse_line.ts";
import { readRows } from "../run/recorded_run.ts";

/** Gradients and parameters that are kept. */
const MAX_TENSORS = 2_000;
/** Distributions of each that are kept: when they are too many, every other one goes. */
const MAX_KEPT = 64;
const MAX_NORMS = 20_000;
/** Layers of a graph that are shown. */
const MAX_LAYERS = 2_000;

/** Reads what was watched from a run's record. */
export function readWatching(directory: string): WatchingView {
  const tensors = { gradients: new Map<string, Kept>(), parameters: new Map<string, Kept>() };
  const graphs = new Map<string, string>();
  for (const row of readRows(directory)) {
    for (const [key, value] of Object.entries(row)) {
      const slash = key.indexOf("/");
      const kind = key.slice(0, slash);
      if (kind === "gradients" || kind === "parameters") {
        const map = tensors[kind];
        const name = key.slice(slash + 1);
        const kept = map.get(name) ?? new Kept();
        if (kept.add(Number(row["_step"]), value) && map.size < MAX_TENSORS) map.set(name, kept);
      } else if (key.startsWith("graph_")) {
        const { _type, path } = (value ?? {}) as { _type?: unknown; path?: unknown };
        if (_type === "graph-file" && typeof path === "string") graphs.set(key, path);
      }
    }
  }
  const listed = (map: ReadonlyMap<string, Kept>): WatchedTensor[] =>
    Array.from(map, ([name, kept]) => ({ name, ...kept.all() }));
  return {
    gradients: listed(tensors.gradients),
    parameters: listed(tensors.parameters),
    graphs: Array.from(graphs.values(), (path) => readGraph(directory, path))
      .filter((rows) => rows.length > 0),
  };
}

/** The distributions of a tensor, in bounded memory. */
class Kept {
  #distributions: Distribution[] = [];
  #last: Distribution | undefined;
  #stride = 1;
  #seen = 0;
  readonly #norms: [number, number][] = [];

  /** Adds what a row holds; false when that is no histogram. */
  add(step: number, value: unknown): boolean {
    const histogram = asHistogram(value);
    if (histogram === undefined) return false;
    const { counts, edges, norm } = histogram;
    this.#last = { step, counts, edges };
    if (this.#seen++ % this.#stride === 0) {
      this.#distributions.push(this.#last);
      if (this.#distributions.length > MAX_KEPT) {
        this.#distributions = this.#distributions.filter((_one, index) => index % 2 === 0);
        this.#stride *= 2;
      }
    }
    if (norm !== undefined && this.#norms.length < MAX_NORMS) this.#norms.push([step, norm]);
    return true;
  }

  all(): Pick<WatchedTensor, "distributions" | "norms"> {
    const last = this.#last;
    const kept = this.#distributions;
    const distributions = last === undefined || kept.at(-1) === last ? kept : [...kept, last];
    return { distributions, norms: this.#norms };
  }
}

function asHistogram(value: unknown) {
  if (typeof value !== "object" || value === null) return undefined;
  const { _type, values, bins, norm } = value as Record<string, unknown>;
  if (_type !== "histogram" || !areNumbers(values) || !areNumbers(bins)) return undefined;
  return { counts: values, edges: bins, norm: toNumber(norm) };
}

function areNumbers(values: unknown): values is number[] {
  return Array.isArray(values) && values.every((value) => typeof value === "number");
}

/** The layers of a graph; none when its file is not there, or holds something else. */
function readGraph(directory: string, path: string): LayerRow[] {
  if (path.split("/").includes("..")) return [];
  try {
    const graph = JSON.parse(Deno.readTextFileSync(join(directory, RUN_FILES.files, path)));
    const before = Map.groupBy(
      graph.edges as [string, string][],
      ([, to]) => to,
    );
    return (graph.nodes as Record<string, unknown>[]).slice(0, MAX_LAYERS).map((node) => ({
      layer: String(node["name"]),
      type: String(node["class_name"]),
      "output shape": shapeText(node["output_shape"]),
      parameters: toNumber(node["num_parameters"]),
      "connected to": (before.get(String(node["id"])) ?? []).map(([from]) => from).join(", "),
    }));
  } catch {
    return [];
  }
}

function shapeText(shape: unknown): string {
  if (!Array.isArray(shape)) return "";
  return shape.map((size) => Array.isArray(size) ? `(${shapeText(size)})` : size ?? "?").join(
    " × ",
  );
}
