import type { Operation } from "./operations.ts";
import { quiet } from "./answer_text.ts";
import type { WireClient } from "./client.ts";
import { SyncFault } from "./fault.ts";

const TIMEOUT_MS = 30_000;
/** A run's config and summary come back whole, and may have 10 MB each. */
const MAX_ANSWER_BYTES = 33_554_432;

/**
 * Sends a GraphQL operation.
 *
 * @returns Its data. What is in it comes from a stranger: read it with care.
 * @throws {SyncFault} When it was not accepted.
 */
export async function graphql(
  client: WireClient,
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { name, query } = operation;
  const { json } = await client.post({
    path: "/graphql",
    body: JSON.stringify({ query, variables, operationName: name }),
    timeoutMs: TIMEOUT_MS,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  const { data, errors } = json;
  if (Array.isArray(errors) && errors.length > 0) {
    const { message } = Object(errors[0]) as { message?: unknown };
    const kind = dig(errors[0], "extensions", "code") === "GONE" ? "deleted" : "rejected";
    throw new SyncFault(kind, `it rejects ${name}: ${quiet(String(message ?? "no reason"))}`);
  }
  if (!isObject(data)) throw new SyncFault("garbage", `its answer to ${name} holds no data`);
  return data;
}

/** What lies at a path of keys; undefined where it leads nowhere. */
export function dig(value: unknown, ...path: readonly string[]): unknown {
  let inner = value;
  for (const key of path) {
    if (!isObject(inner) || !Object.hasOwn(inner, key)) return undefined;
    inner = inner[key];
  }
  return inner;
}

/** A string at a path, when it is one. */
export function digString(value: unknown, ...path: readonly string[]): string | undefined {
  const found = dig(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** A count at a path, when it is one. */
export function digCount(value: unknown, ...path: readonly string[]): number | undefined {
  const found = dig(value, ...path);
  return typeof found === "number" && Number.isSafeInteger(found) && found >= 0 ? found : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
