/**
 * What is asked of each GPU.
 *
 * The name comes last: it is the one field that could hold the separator.
 */
export const gpuFields: readonly string[] = [
  "index",
  "uuid",
  "utilization.gpu",
  "utilization.memory",
  "memory.used",
  "memory.total",
  "temperature.gpu",
  "power.draw",
  "enforced.power.limit",
  "clocks.sm",
  "clocks.mem",
  "fan.speed",
  "pstate",
  "clocks_throttle_reasons.active",
  "pcie.link.gen.current",
  "pcie.link.width.current",
  "ecc.errors.corrected.volatile.total",
  "ecc.errors.uncorrected.volatile.total",
  "mig.mode.current",
  "name",
];

/** What does not change while a run goes on, for its metadata. */
export const deviceFields: readonly string[] = [
  "index",
  "uuid",
  "memory.total",
  "driver_version",
  "compute_cap",
  "name",
];

/** What is asked of each process that computes on a GPU. */
const processFields: readonly string[] = ["pid", "gpu_uuid", "used_memory"];

/** Options of {@linkcode gpuQuery}. */
export interface QueryOptions {
  /**
   * Milliseconds between two answers of one long-lived child.
   *
   * @default undefined (one answer)
   */
  loopMs?: number;
}

/** The arguments that make `nvidia-smi` report its GPUs as CSV with a header. */
export function gpuQuery(
  fields: readonly string[] = gpuFields,
  { loopMs }: QueryOptions = {},
): string[] {
  return query("--query-gpu", fields, loopMs);
}

/** The arguments that make `nvidia-smi` report the processes that compute on its GPUs, once. */
export function processQuery(fields: readonly string[] = processFields): string[] {
  return query("--query-compute-apps", fields, undefined);
}

function query(option: string, fields: readonly string[], loopMs: number | undefined): string[] {
  const args = [`${option}=${fields.join(",")}`, "--format=csv"];
  if (loopMs !== undefined) args.push(`--loop-ms=${Math.max(100, Math.round(loopMs))}`);
  return args;
}
