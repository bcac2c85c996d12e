import os from "node:os";
import { isGranted } from "../record/permissions.ts";
import { openHost, rootFolder } from "./host.ts";
import { ask } from "./nvidia_smi/ask.ts";
import { findProgram } from "./nvidia_smi/find.ts";
import { type GpuReading, parseOutput } from "./nvidia_smi/parse.ts";
import { deviceFields, gpuQuery } from "./nvidia_smi/query.ts";

/** A GPU in a run's metadata. */
export interface NvidiaDevice {
  /** As the driver has it. */
  name: string;
  /** Bytes. */
  memoryTotal?: string;
  /** The chip's generation, `Hopper` say. */
  architecture?: string;
  /** The driver's identifier. */
  uuid?: string;
}

/** The hardware's fields of `wandb-metadata.json`; sizes are bytes, as strings. */
export interface Hardware {
  /** Physical cores, where they can be told, else logical ones. */
  cpu_count: number;
  /** Cores as the operating system counts them. */
  cpu_count_logical: number;
  /** The same two numbers, as newer clients have them. */
  cpu: { count: number; countLogical: number };
  /** The machine's memory. */
  memory?: { total: string };
  /** By folder. */
  disk?: Record<string, { total: string; used: string }>;
  /** The first GPU's name. */
  gpu?: string;
  /** How many GPUs there are. */
  gpu_count?: number;
  /** Each GPU. */
  gpu_nvidia?: NvidiaDevice[];
  /** The newest CUDA that the driver supports. */
  cudaVersion?: string;
  /** Not in W&B's metadata: the processor's name. */
  cpuModel?: string;
  /** Not in W&B's metadata: the NVIDIA driver's version. */
  driverVersion?: string;
}

/** Options of {@linkcode describeHardware}. */
export interface DescribeOptions {
  /**
   * `nvidia-smi`'s name or path; `null` for no GPU.
   *
   * @default "nvidia-smi"
   */
  readonly nvidiaSmi?: string | null;
  /**
   * The folder whose file system is described.
   *
   * @default "/", or "C:\\" on Windows
   */
  readonly diskPath?: string;
}

/** CUDA's version from what `nvidia-smi` shows without arguments. */
export function parseCudaVersion(text: string): string | undefined {
  return /CUDA (?:[A-Z]{3} )?Version\s*:\s*(\d{1,3}\.\d{1,3})/u.exec(text)?.[1];
}

/**
 * Describes this machine. What may not be read is absent; never prompts and never throws.
 *
 * @example
 * ```ts
 * import { describeHardware } from "./describe.ts";
 *
 * const { cpu_count_logical, gpu, gpu_count } = await describeHardware();
 * ```
 */
export async function describeHardware(
  { nvidiaSmi = "nvidia-smi", diskPath = rootFolder }: DescribeOptions = {},
): Promise<Hardware> {
  const host = openHost({ onWarning: () => {} });
  const logical = navigator.hardwareConcurrency;
  const physical = host.physicalCores() ?? logical;
  const hardware: Hardware = {
    cpu_count: physical,
    cpu_count_logical: logical,
    cpu: { count: physical, countLogical: logical },
  };
  const memory = host.memory();
  if (memory !== undefined) hardware.memory = { total: bytes(memory.total) };
  const usage = host.diskUsage(diskPath);
  if (usage !== undefined) {
    hardware.disk = { [diskPath]: { total: bytes(usage.total), used: bytes(usage.used) } };
  }
  const model = cpuModel();
  if (model !== undefined) hardware.cpuModel = model;
  if (nvidiaSmi !== null) await describeGpus(hardware, nvidiaSmi);
  return hardware;
}

async function describeGpus(hardware: Hardware, nvidiaSmi: string): Promise<void> {
  const found = findProgram(nvidiaSmi);
  if (found.state !== "found") return;
  const { file } = found;
  const output = await ask(file, { args: gpuQuery(deviceFields), timeoutMs: 30_000 });
  let { gpus, failures } = parseOutput(output ?? "");
  if (failures.some(({ kind, detail }) => kind === "field" && detail === "compute_cap")) {
    // Drivers before 510 do not know the field.
    const fields = deviceFields.filter((field) => field !== "compute_cap");
    const again = await ask(file, { args: gpuQuery(fields), timeoutMs: 30_000 });
    ({ gpus, failures } = parseOutput(again ?? ""));
  }
  const first = gpus[0];
  if (first === undefined) return;
  hardware.gpu = first.name ?? "NVIDIA GPU";
  hardware.gpu_count = gpus.length;
  hardware.gpu_nvidia = gpus.map(deviceOf);
  if (first.driverVersion !== undefined) hardware.driverVersion = first.driverVersion;
  const cuda = parseCudaVersion(await ask(file, { args: [], timeoutMs: 30_000 }) ?? "");
  if (cuda !== undefined) hardware.cudaVersion = cuda;
}

function deviceOf({ name, memoryTotal, computeCapability, uuid }: GpuReading): NvidiaDevice {
  const architecture = architectureOf(computeCapability);
  return {
    name: name ?? "NVIDIA GPU",
    ...(memoryTotal === undefined ? {} : { memoryTotal: bytes(memoryTotal) }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(uuid === undefined ? {} : { uuid }),
  };
}

/** The architecture's name, by CUDA's compute capability. */
function architectureOf(capability: number | undefined): string | undefined {
  if (capability === undefined || !(capability >= 3)) return undefined;
  if (capability < 5) return "Kepler";
  if (capability < 6) return "Maxwell";
  if (capability < 7) return "Pascal";
  if (capability < 7.5) return "Volta";
  if (capability < 8) return "Turing";
  if (capability === 8.9) return "Ada";
  if (capability < 9) return "Ampere";
  return capability < 10 ? "Hopper" : capability < 13 ? "Blackwell" : undefined;
}

function cpuModel(): string | undefined {
  if (!isGranted({ name: "sys", kind: "cpus" })) return undefined;
  const model = os.cpus()[0]?.model.trim().slice(0, 200);
  return model === "" ? undefined : model;
}

const bytes = (count: number): string => String(Math.round(count));
