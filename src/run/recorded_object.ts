import { defineOwn } from "../record/define_own.ts";
import { isObject } from "../record/json_object.ts";
import type { Json } from "../record/lines.ts";
import { encodeValue, UnrecordableValue } from "../record/encode_value.ts";

/** What changes of a recorded object are told to. */
export interface RecordedObjectSink {
  /** A value was set at a path of keys. */
  set(path: readonly string[], value: Json): void;
  /** The value at a path was removed. */
  remove(path: readonly string[]): void;
  /** A value could not be recorded, and was left out. */
  refuse(path: readonly string[], reason: string): void;
}

type Tree = Record<string, unknown>;

/**
 * An object that records what is assigned to it, at any depth. Reading gives the values that were
 * assigned; what cannot be recorded is refused, and not kept.
 *
 * @param tree Holds the values; it must not be reached from elsewhere.
 */
export function recordedObject(tree: Tree, sink: RecordedObjectSink): Tree {
  return proxy(tree, [], sink);
}

/**
 * A value as JSON, or the reason why it cannot be.
 *
 * @throws {UnrecordableValue} When it is no JSON value and cannot be made one.
 */
export function toJson(value: unknown): Json {
  return JSON.parse(encodeValue(value)) as Json;
}

function proxy(tree: Tree, path: readonly string[], sink: RecordedObjectSink): Tree {
  const inner = new WeakMap<object, Tree>();
  return new Proxy(tree, {
    get(target, key) {
      if (typeof key === "symbol") return Reflect.get(target, key);
      const value = Object.hasOwn(target, key) ? target[key] : Reflect.get(Object.prototype, key);
      if (!isObject(value)) return value;
      let wrapped = inner.get(value);
      if (wrapped === undefined) {
        wrapped = proxy(value, [...path, key], sink);
        inner.set(value, wrapped);
      }
      return wrapped;
    },
    set(target, key, value) {
      if (typeof key === "symbol") return false;
      try {
        const json = toJson(value);
        defineOwn(target, key, keepNumbers(value, json));
        sink.set([...path, key], json);
      } catch (error) {
        if (!(error instanceof UnrecordableValue)) throw error;
        sink.refuse([...path, key], error.message);
      }
      return true;
    },
    deleteProperty(target, key) {
      if (typeof key === "string" && Object.hasOwn(target, key)) {
        delete target[key];
        sink.remove([...path, key]);
      }
      return true;
    },
    // Whatever is not an assignment would escape the record.
    defineProperty: () => false,
  });
}

/** NaN and the infinities are strings in JSON, and numbers to who reads the object. */
function keepNumbers(value: unknown, json: Json): unknown {
  if (typeof value === "number" || typeof value === "bigint") return value;
  // A push to an array would change what is read without being recorded.
  return freezeArrays(json);
}

function freezeArrays(json: Json): Json {
  if (typeof json === "object" && json !== null) {
    Object.values(json).forEach(freezeArrays);
    if (Array.isArray(json)) Object.freeze(json);
  }
  return json;
}
