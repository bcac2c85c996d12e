import { JUPYTER_DISPLAY } from "../media/show.ts";
import type { Json } from "../record/lines.ts";
import { UnrecordableValue } from "../record/encode_value.ts";
import type { Metrics } from "./metrics.ts";
import type { EncodedValue } from "./record_value.ts";

/** What a summary object is made from. */
export interface SummaryContext {
  readonly metrics: Metrics;
  /** What was assigned; the object changes it. */
  readonly assigned: Map<string, Json>;
  /** Encodes a value; media are made in the background, and are assigned when they are there. */
  readonly record: (key: string, value: unknown) => EncodedValue;
  /** How a notebook shows it. */
  readonly display: () => Promise<Record<string, string>>;
  readonly onSet: (key: string, value: Json) => void;
  readonly onRemove: (key: string) => void;
  readonly onRefuse: (key: string, reason: string) => void;
}

/** The summary as an object: metrics' values are computed when they are read. */
export function summaryObject(context: SummaryContext): Record<string, unknown> {
  const { metrics, assigned, display } = context;
  const read = (key: string): unknown =>
    assigned.has(key) ? assigned.get(key) : metrics.get(key)?.summary;
  const keys = (): string[] => {
    const summarized = Array.from(metrics).filter((metric) =>
      metric.count > 0 && metric.summary !== undefined
    );
    return [...new Set([...summarized.map((metric) => metric.name), ...assigned.keys()])];
  };
  return new Proxy<Record<string, unknown>>({}, {
    get(target, key) {
      if (key === JUPYTER_DISPLAY) return display;
      if (typeof key === "symbol") return Reflect.get(target, key);
      return read(key) ?? Reflect.get(Object.prototype, key);
    },
    has: (_target, key) =>
      key === JUPYTER_DISPLAY || (typeof key === "string" && read(key) !== undefined),
    ownKeys: keys,
    getOwnPropertyDescriptor(_target, key) {
      const value = typeof key === "string" ? read(key) : undefined;
      return value === undefined
        ? undefined
        : { value, writable: true, enumerable: true, configurable: true };
    },
    set(_target, key, value) {
      if (typeof key === "symbol") return false;
      try {
        const { json, draft } = context.record(key, value);
        const assign = (text: string) => {
          const made = JSON.parse(text) as Json;
          assigned.set(key, made);
          context.onSet(key, made);
        };
        if (draft !== null && json !== null) draft.keep(json, assign);
        else if (json !== null) assign(json);
      } catch (error) {
        if (!(error instanceof UnrecordableValue)) throw error;
        context.onRefuse(key, error.message);
      }
      return true;
    },
    deleteProperty(_target, key) {
      if (typeof key === "string" && assigned.delete(key)) context.onRemove(key);
      return true;
    },
    defineProperty: () => false,
  });
}
