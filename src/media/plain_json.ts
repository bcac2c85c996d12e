import { reasonOf } from "../names/reason.ts";
import { UnrecordableValue } from "../record/encode_value.ts";

/**
 * A value as JSON, arrays of all kinds as lists of all their numbers; what is not finite is null.
 *
 * @throws {UnrecordableValue} When it contains itself.
 */
export function plainJson(value: unknown): string {
  try {
    return JSON.stringify(value, plain);
  } catch (error) {
    throw new UnrecordableValue(reasonOf(error));
  }
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number>);
  }
  return value;
}
