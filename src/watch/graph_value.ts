import type { Json } from "../record/lines.ts";
import { RECORD, type Recordable, type RecordContext } from "../record/recordable.ts";
import type { ModelGraph } from "./protocol.ts";

/** The layers of a model as W&B has them: a file of their names, types, shapes and connections. */
export class GraphValue implements Recordable {
  readonly #graph: ModelGraph;

  constructor(graph: ModelGraph) {
    this.#graph = graph;
  }

  [RECORD](context: RecordContext): Json {
    const { nodes, edges } = this.#graph;
    const text = JSON.stringify({
      format: "keras",
      nodes: nodes.map(({ id, name, className, outputShape, parameters }) => ({
        id,
        name,
        class_name: className,
        ...(outputShape === undefined ? {} : { output_shape: outputShape }),
        ...(parameters === undefined ? {} : { num_parameters: parameters }),
      })),
      edges,
    });
    return context.later({
      kind: "file",
      type: "graph-file",
      folder: "media/graph",
      extension: ".graph.json",
      content: { text },
    });
  }
}
