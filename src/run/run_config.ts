import { defineOwn } from "../record/define_own.ts";
import { UnrecordableValue } from "../record/encode_value.ts";
import type { ConfigLine, Json } from "../record/lines.ts";
import { recordedObject, toJson } from "./recorded_object.ts";

/** What {@linkcode RunConfig} works with. */
export interface RunConfigContext {
  /** Writes a line to the record. */
  readonly line: (line: ConfigLine) => void;
  /** A value was left out. */
  readonly onRefuse: (key: string, reason: string) => void;
}

/** The config of a run: an object whose changes are recorded, each top entry whole. */
export class RunConfig {
  /** What the user reads and assigns to. */
  readonly object: Record<string, unknown>;
  readonly #tree: Record<string, unknown> = {};

  /** @param before The entries that the record has already. */
  constructor({ line, onRefuse }: RunConfigContext, before: Iterable<[string, Json]> = []) {
    for (const [key, value] of before) defineOwn(this.#tree, key, value);
    this.object = recordedObject(this.#tree, {
      set: ([key = ""]) => line(this.#set(key)),
      remove: (path) => {
        const [key = ""] = path;
        line(path.length === 1 ? { type: "config", remove: [key] } : this.#set(key));
      },
      refuse: (path, reason) => onRefuse(path.join("."), reason),
    });
  }

  /** What says the whole config again. */
  *lines(): Generator<ConfigLine> {
    for (const key of Object.keys(this.#tree)) yield this.#set(key);
  }

  #set(key: string): ConfigLine {
    return { type: "config", set: { [key]: jsonOf(this.#tree[key]) } };
  }
}

function jsonOf(value: unknown): Json {
  try {
    return toJson(value);
  } catch (error) {
    if (error instanceof UnrecordableValue) return null;
    throw error;
  }
}
