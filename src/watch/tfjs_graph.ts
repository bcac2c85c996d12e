import type { GraphNode, ModelGraph } from "./protocol.ts";

/** What is used of a layers model of tfjs. */
export interface LayersModel {
  readonly name?: string;
  readonly layers: readonly Layer[];
  readonly weights: readonly { readonly name: string; read(): unknown }[];
  readonly optimizer?: unknown;
  compile(args: unknown): void;
}

interface Layer {
  readonly name: string;
  readonly outputShape: unknown;
  readonly inboundNodes?: readonly { readonly inboundLayers?: readonly Layer[] }[];
  getClassName(): string;
  countParams(): number;
}

/** Whether a value is a layers model of tfjs. */
export function isLayersModel(value: unknown): value is LayersModel {
  if (typeof value !== "object" || value === null) return false;
  const { layers, weights, compile } = value as Partial<LayersModel>;
  return Array.isArray(layers) && Array.isArray(weights) && typeof compile === "function";
}

/** The layers of a model, those that it gets its input from too. */
export function layersGraph({ layers }: LayersModel): ModelGraph {
  const nodes = new Map<string, GraphNode>();
  const edges: [string, string][] = [];
  for (const layer of layers) {
    for (const { inboundLayers = [] } of layer.inboundNodes ?? []) {
      for (const from of inboundLayers) {
        if (!nodes.has(from.name)) nodes.set(from.name, nodeOf(from));
        edges.push([from.name, layer.name]);
      }
    }
    nodes.set(layer.name, nodeOf(layer));
  }
  return { nodes: [...nodes.values()], edges };
}

function nodeOf(layer: Layer): GraphNode {
  const { name } = layer;
  const outputShape = attempt(() => layer.outputShape);
  const parameters = attempt(() => layer.countParams());
  return {
    id: name,
    name,
    className: attempt(() => layer.getClassName()) ?? "Layer",
    ...(Array.isArray(outputShape) ? { outputShape } : {}),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** A layer that is used twice has no one shape, and one that was never built no parameters. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
