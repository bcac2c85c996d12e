import { listen } from "./hooks.ts";
import { type NamedValues, WATCH, type Watchable, type Watcher } from "./protocol.ts";
import { readValues } from "./read_values.ts";
import { isLayersModel, layersGraph, type LayersModel } from "./tfjs_graph.ts";

/** What is used of a tfjs optimizer. Nothing of tfjs is imported: the user's own copy is watched. */
interface Optimizer {
  applyGradients(gradients: Gradients): void;
}

/** What tfjs hands to an optimizer, in either of its forms. */
type Gradients =
  | readonly { readonly name: string; readonly tensor: unknown }[]
  | { readonly [name: string]: unknown };

interface Variable {
  readonly name: string;
  assign(value: unknown): void;
}

/** Lets layers models, optimizers and variables of tfjs be watched; null when there are none. */
export function tfjsWatchable(parts: readonly unknown[]): Watchable | null {
  const models = parts.filter(isLayersModel);
  const optimizers = parts.filter(isOptimizer);
  const variables = parts.filter(isVariable);
  if (models.length + optimizers.length + variables.length < parts.length) return null;
  const [model] = models;
  const parameters = (): NamedValues => parametersOf(models, variables);
  return {
    [WATCH](watcher) {
      const ends = [
        ...optimizers.map((optimizer) => watchOptimizer(optimizer, parameters, watcher)),
        ...models.map((one) => watchModel(one, parameters, watcher)),
        ...(optimizers.length + models.length === 0
          ? [watchVariables(variables, parameters, watcher)]
          : []),
      ];
      return () => ends.forEach((end) => end());
    },
    ...(model === undefined ? {} : { watchedGraph: () => layersGraph(model) }),
  };
}

/** A model is trained by its optimizer, which it gets, or gets another, when it is compiled. */
function watchModel(
  model: LayersModel,
  parameters: () => NamedValues,
  watcher: Watcher,
): () => void {
  let watched: unknown;
  let end = () => {};
  const attach = () => {
    const { optimizer } = model;
    if (optimizer === watched || !isOptimizer(optimizer)) return;
    end();
    watched = optimizer;
    end = watchOptimizer(optimizer, parameters, watcher);
  };
  attach();
  const ended = listen(model, "compile", "after", attach);
  if (watched === undefined) {
    watcher.warn(
      `The model ${model.name ?? ""} has no optimizer: it is watched from when it is compiled. ` +
        `Trained without compile(), it is watched by watch([model, optimizer])`,
    );
  }
  return () => {
    ended();
    end();
  };
}

function watchOptimizer(
  optimizer: Optimizer,
  parameters: () => NamedValues,
  watcher: Watcher,
): () => void {
  // Afterwards, since the parameters are then those of this step, and the gradients still there.
  return listen(optimizer, "applyGradients", "after", ([gradients]) =>
    watcher.step(() => ({
      gradients: gradientsOf(gradients as Gradients),
      parameters: parameters(),
    })));
}

/** Without an optimizer, a step is over when a variable is about to be assigned once more. */
function watchVariables(
  variables: readonly Variable[],
  parameters: () => NamedValues,
  watcher: Watcher,
): () => void {
  const assigned = new Set<Variable>();
  const ends = variables.map((variable) =>
    listen(variable, "assign", "before", () => {
      if (assigned.has(variable)) {
        assigned.clear();
        watcher.step(() => ({ parameters: parameters() }));
      }
      assigned.add(variable);
    })
  );
  return () => ends.forEach((end) => end());
}

function* gradientsOf(gradients: Gradients): NamedValues & Generator {
  const entries = Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor] as const)
    : Object.entries(gradients ?? {});
  for (const [name, tensor] of entries) {
    if (tensor !== null && tensor !== undefined) yield [name, () => readValues(tensor)] as const;
  }
}

function* parametersOf(
  models: readonly LayersModel[],
  variables: readonly Variable[],
): NamedValues & Generator {
  for (const { weights } of models) {
    for (const weight of weights) yield [weight.name, () => readValues(weight.read())] as const;
  }
  for (const variable of variables) yield [variable.name, () => readValues(variable)] as const;
}

function isOptimizer(value: unknown): value is Optimizer {
  return hasMethods(value, "applyGradients", "minimize");
}

function isVariable(value: unknown): value is Variable {
  return hasMethods(value, "assign", "dataSync") &&
    typeof (value as Partial<Variable>).name === "string";
}

function hasMethods(value: unknown, ...names: readonly string[]): value is object {
  return typeof value === "object" && value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}
