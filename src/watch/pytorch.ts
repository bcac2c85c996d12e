import { listen } from "./hooks.ts";
import { type NamedValues, WATCH, type Watchable } from "./protocol.ts";
import { readValues } from "./read_values.ts";

/** What is used of a tensor of js-pytorch: nested arrays, and the like for its gradient. */
interface Tensor {
  readonly _data: readonly unknown[];
  readonly requires_grad: boolean;
  readonly grad?: unknown;
}

interface Module {
  parameters(): readonly Tensor[];
}

interface Optimizer {
  readonly params: readonly Tensor[];
  step(): void;
}

/**
 * Lets optimizers of js-pytorch be watched, which know the gradients; modules beside them give the
 * parameters their names. Null when there is no optimizer, or something else.
 */
export function pytorchWatchable(parts: readonly unknown[]): Watchable | null {
  const optimizers = parts.filter(isOptimizer);
  const modules = parts.filter(isModule);
  if (optimizers.length + modules.length < parts.length || optimizers.length === 0) return null;
  return {
    [WATCH](watcher) {
      const names = new Map<Tensor, string>();
      for (const module of modules) nameTensors(module, "", names, new Set());
      const ends = optimizers.map((optimizer) =>
        listen(optimizer, "step", "after", () =>
          watcher.step(() => ({
            gradients: valuesOf(optimizer, names, (tensor) => tensor.grad),
            parameters: valuesOf(optimizer, names, (tensor) => tensor._data),
          })))
      );
      return () => ends.forEach((end) => end());
    },
  };
}

function* valuesOf(
  { params }: Optimizer,
  names: ReadonlyMap<Tensor, string>,
  read: (tensor: Tensor) => unknown,
): NamedValues & Generator {
  for (const [index, tensor] of params.entries()) {
    const name = names.get(tensor) ?? `parameter_${index}`;
    if (tensor.requires_grad) yield [name, () => readValues(read(tensor))] as const;
  }
}

/** Names tensors as PyTorch does it, by the way to them: `layers.0.W`. */
function nameTensors(
  value: unknown,
  path: string,
  names: Map<Tensor, string>,
  seen: Set<unknown>,
): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (isTensor(value)) {
    names.set(value, path);
    return;
  }
  if (!Array.isArray(value) && !isModule(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    nameTensors(inner, path === "" ? key : `${path}.${key}`, names, seen);
  }
}

function isOptimizer(value: unknown): value is Optimizer {
  const { params, step } = (value ?? {}) as Partial<Optimizer>;
  return Array.isArray(params) && typeof step === "function" && params.every(isTensor);
}

function isModule(value: unknown): value is Module {
  return typeof value === "object" && value !== null && "parameters" in value &&
    typeof value.parameters === "function";
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "_data" in value &&
    "requires_grad" in value;
}
