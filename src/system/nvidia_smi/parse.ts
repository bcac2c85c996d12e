import { type Failure, parseFailure } from "./failure.ts";
import { parseValue, unitScale } from "./value.ts";

/** One GPU at one time; what the device does not report is absent. */
export interface GpuReading {
  index: number;
  uuid?: string;
  name?: string;
  driverVersion?: string;
  /** CUDA's compute capability, 9 for Hopper, say. */
  computeCapability?: number;
  /** Percent of the time in which a kernel ran. */
  utilization?: number;
  /** Percent of the time in which memory was read or written. */
  memoryUtilization?: number;
  /** Bytes. */
  memoryUsed?: number;
  /** Bytes. */
  memoryTotal?: number;
  /** Degrees Celsius. */
  temperature?: number;
  /** Watts. */
  power?: number;
  /** Watts. */
  powerLimit?: number;
  /** Megahertz. */
  smClock?: number;
  /** Megahertz. */
  memoryClock?: number;
  /** Percent of the fan's maximum. */
  fanSpeed?: number;
  /** 0 (fastest) to 15. */
  performanceState?: number;
  /** NVML's bit mask of what holds the clocks down. */
  throttleReasons?: number;
  pcieLinkGen?: number;
  pcieLinkWidth?: number;
  /** Since the driver was loaded. */
  correctedErrors?: number;
  /** Since the driver was loaded. */
  uncorrectedErrors?: number;
  /** Whether the GPU is divided into MIG devices; its utilization is then not reported. */
  mig?: boolean;
  /** Whether the driver no longer reaches the GPU. */
  lost?: boolean;
}

/** A process that computes on a GPU. */
export interface GpuProcess {
  pid: number;
  /** Of the GPU, or of a MIG device. */
  uuid: string;
  /** Bytes; absent where the driver does not tell, on Windows say. */
  memoryUsed?: number;
}

type NumberKey = {
  [K in keyof GpuReading]-?: NonNullable<GpuReading[K]> extends number ? K : never;
}[keyof GpuReading];

const numberColumns: ReadonlyMap<string, NumberKey> = new Map<string, NumberKey>([
  ["index", "index"],
  ["utilization.gpu", "utilization"],
  ["utilization.memory", "memoryUtilization"],
  ["memory.used", "memoryUsed"],
  ["memory.total", "memoryTotal"],
  ["temperature.gpu", "temperature"],
  ["power.draw", "power"],
  ["power.draw.average", "power"],
  ["enforced.power.limit", "powerLimit"],
  ["clocks.sm", "smClock"],
  ["clocks.current.sm", "smClock"],
  ["clocks.mem", "memoryClock"],
  ["clocks.current.memory", "memoryClock"],
  ["fan.speed", "fanSpeed"],
  ["pcie.link.gen.current", "pcieLinkGen"],
  ["pcie.link.gen.gpucurrent", "pcieLinkGen"],
  ["pcie.link.width.current", "pcieLinkWidth"],
  ["ecc.errors.corrected.volatile.total", "correctedErrors"],
  ["ecc.errors.uncorrected.volatile.total", "uncorrectedErrors"],
  ["compute_cap", "computeCapability"],
]);

/** Columns that are no plain numbers, or that name a process. */
const otherColumns: ReadonlySet<string> = new Set([
  "uuid",
  "name",
  "driver_version",
  "pstate",
  "clocks_throttle_reasons.active",
  "clocks_event_reasons.active",
  "mig.mode.current",
  "pid",
  "gpu_uuid",
  "used_memory",
  "used_gpu_memory",
  "timestamp",
]);

/** What a header line says about the cells below it. */
export interface Header {
  readonly columns: readonly string[];
  /** The factors of the columns' units. */
  readonly scales: readonly number[];
  readonly separator: ", " | ",";
}

/** A line of `nvidia-smi --format=csv`, understood. */
export type SmiLine =
  | { readonly type: "header"; readonly header: Header }
  | { readonly type: "gpu"; readonly gpu: GpuReading }
  | { readonly type: "process"; readonly process: GpuProcess }
  | { readonly type: "failure"; readonly failure: Failure }
  | { readonly type: "blank" }
  | { readonly type: "garbage" };

/** Reads a header line; `undefined` unless its first column, and half of all, are known ones. */
export function parseHeader(line: string): Header | undefined {
  if (line.length > 4096) return undefined;
  const separator = line.includes(", ") ? ", " : ",";
  const columns: string[] = [];
  const scales: number[] = [];
  let known = 0;
  for (const cell of line.split(separator)) {
    const match = /^\s*([a-z][a-z_]*(?:\.[a-z_]+)*)(?: \[([A-Za-z%]{1,4})\])?\s*$/u.exec(cell);
    const column = match?.[1] ?? "";
    columns.push(column);
    scales.push(unitScale(match?.[2] ?? "") ?? 1);
    if (numberColumns.has(column) || otherColumns.has(column)) known++;
    else if (columns.length === 1) return undefined;
  }
  return known * 2 >= columns.length ? { columns, scales, separator } : undefined;
}

/**
 * Understands one line; pure: the header that is in force is given.
 *
 * @example
 * ```ts
 * import { parseLine } from "./parse.ts";
 *
 * const first = parseLine("index, utilization.gpu [%], power.draw [W]");
 * const header = first.type === "header" ? first.header : undefined;
 * parseLine("0, 97 %, 401.25 W", header);
 * // { type: "gpu", gpu: { index: 0, utilization: 97, power: 401.25 } }
 * ```
 */
export function parseLine(line: string, header?: Header): SmiLine {
  if (line.trim() === "") return { type: "blank" };
  if (header !== undefined) {
    const data = header.columns.includes("pid")
      ? parseProcess(line, header)
      : parseGpu(line, header);
    if (data !== undefined) return data;
  }
  const other = parseHeader(line);
  if (other !== undefined) return { type: "header", header: other };
  const failure = parseFailure(line);
  return failure === undefined ? { type: "garbage" } : { type: "failure", failure };
}

function cellsOf(line: string, { columns, separator }: Header): string[] | undefined {
  const cells = line.split(separator);
  if (cells.length > columns.length && columns.at(-1) === "name") {
    cells.push(cells.splice(columns.length - 1).join(separator));
  }
  // A half line is not half trusted: its last cell may be cut.
  return cells.length === columns.length ? cells : undefined;
}

function parseGpu(line: string, header: Header): SmiLine | undefined {
  const cells = cellsOf(line, header);
  if (cells === undefined) return undefined;
  const gpu: GpuReading = { index: -1 };
  let refused = 0;
  for (let i = 0; i < cells.length; i++) {
    const column = header.columns[i]!;
    const cell = cells[i]!;
    const key = numberColumns.get(column);
    if (key !== undefined) {
      const value = parseValue(cell, header.scales[i]);
      if (value !== undefined) gpu[key] = value;
      else if (/^\[?GPU (?:is lost|requires reset)\]?$/iu.test(cell)) gpu.lost = true;
      else if (cell.charCodeAt(0) !== 91 && cell !== "N/A" && cell !== "ERR!") refused++;
    } else {
      setText(gpu, column, cell);
    }
  }
  if (!(Number.isInteger(gpu.index) && gpu.index >= 0 && gpu.index < 1024)) return undefined;
  return refused * 2 > cells.length ? undefined : { type: "gpu", gpu };
}

function setText(gpu: GpuReading, column: string, cell: string): void {
  if (column === "uuid") {
    if (/^(?:GPU|MIG)-[\w/-]{1,80}$/u.test(cell)) gpu.uuid = cell;
  } else if (column === "name") {
    // deno-lint-ignore no-control-regex
    const name = cell.slice(0, 100).replace(/[\u0000-\u001f\u007f-\u009f]/gu, "").trim();
    if (name !== "" && !name.startsWith("[")) gpu.name = name;
  } else if (column === "pstate") {
    const state = /^P(\d{1,2})$/u.exec(cell)?.[1];
    if (state !== undefined) gpu.performanceState = Number(state);
  } else if (column === "mig.mode.current") {
    if (cell === "Enabled" || cell === "Disabled") gpu.mig = cell === "Enabled";
  } else if (column === "driver_version") {
    if (/^[\d.]{1,20}$/u.test(cell)) gpu.driverVersion = cell;
  } else if (column.endsWith("_reasons.active") && /^0x[0-9a-f]{1,16}$/iu.test(cell)) {
    gpu.throttleReasons = Number(cell);
  }
}

function parseProcess(line: string, header: Header): SmiLine | undefined {
  const cells = cellsOf(line, header);
  if (cells === undefined) return undefined;
  const at = (name: string): string => cells[header.columns.indexOf(name)] ?? "";
  const pid = /^\d{1,10}$/u.test(at("pid")) ? Number(at("pid")) : NaN;
  const uuid = at("gpu_uuid");
  if (!(pid > 0) || !/^(?:GPU|MIG)-[\w/-]{1,80}$/u.test(uuid)) return undefined;
  const column = header.columns.findIndex((name) => /^used_(?:gpu_)?memory$/u.test(name));
  const memoryUsed = parseValue(cells[column] ?? "", header.scales[column]);
  return {
    type: "process",
    process: { pid, uuid, ...(memoryUsed === undefined ? {} : { memoryUsed }) },
  };
}

/** Reads a whole output, as a child that answers once gives it. */
export function parseOutput(
  text: string,
): { gpus: GpuReading[]; processes: GpuProcess[]; failures: Failure[]; garbage: number } {
  const result = { gpus: [], processes: [], failures: [], garbage: 0 } as ReturnType<
    typeof parseOutput
  >;
  let header: Header | undefined;
  for (const line of text.split(/\r?\n/u)) {
    const parsed = parseLine(line, header);
    if (parsed.type === "header") header = parsed.header;
    else if (parsed.type === "gpu") result.gpus.push(parsed.gpu);
    else if (parsed.type === "process") result.processes.push(parsed.process);
    else if (parsed.type === "failure") result.failures.push(parsed.failure);
    else if (parsed.type === "garbage") result.garbage++;
  }
  return result;
}
