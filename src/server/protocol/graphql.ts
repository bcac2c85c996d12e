import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  GraphQLError,
  parse,
  validate,
} from "graphql";
import { isObject } from "../../record/json_object.ts";
import { type Failure, failureOf } from "../failure.ts";
import { Refusal } from "../refusal.ts";
import type { Context } from "./context.ts";
import { checkDocument } from "./document_limits.ts";
import { MUTATIONS } from "./mutations.ts";
import { QUERIES } from "./queries.ts";
import { protocolSchema } from "./schema.ts";

/** Longer documents are refused. */
const MAX_DOCUMENT = 200_000;
const MAX_TOKENS = 20_000;

/** Documents that passed, the latest of them: clients send the same ones over and over. */
const passed = new Map<string, DocumentNode>();
const MAX_PASSED = 300;

/** Longer ones are read each time: no client has them, and 300 of the longest take 700 MB. */
const MAX_KEPT = 10_000;

/** An answer; its status says whether what went wrong may go right the next time. */
export interface GraphqlAnswer {
  readonly body: { readonly data?: unknown; readonly errors?: readonly { message: string }[] };
  readonly status: 200 | Failure["status"];
}

/** Runs the operation of a request's body, which is JSON: `{"query", "variables"}`. */
export async function answerGraphql(body: string, context: Context): Promise<GraphqlAnswer> {
  let result: ExecutionResult;
  try {
    const { query, variables, operationName } = parseBody(body);
    result = await execute({
      schema: protocolSchema(),
      document: prepare(query),
      rootValue: { ...QUERIES, ...MUTATIONS },
      contextValue: context,
      // Variables that the document does not declare are passed over: clients send some.
      variableValues: variables,
      operationName,
    });
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof GraphQLError)) throw error;
    return { body: { data: null, errors: [{ message: error.message }] }, status: 200 };
  }
  let status: GraphqlAnswer["status"] = 200;
  const errors = result.errors?.map((error) => {
    const cause = error.originalError;
    if (isForClient(cause)) return { message: error.message, path: error.path, ...codeOf(cause) };
    const failure = failureOf(cause);
    status = failure.status;
    context.services.log("error", "resolver", { error: String(cause?.stack ?? cause) });
    return { message: failure.message, path: error.path };
  });
  return {
    body: errors === undefined ? { data: result.data } : { data: result.data ?? null, errors },
    status,
  };
}

/** What the executor, a check or the store refuses is for the client; all else is our fault. */
function isForClient(cause: Error | undefined): boolean {
  return cause === undefined || cause instanceof Refusal || cause instanceof GraphQLError ||
    cause instanceof RangeError || cause instanceof SyntaxError;
}

/** What a client needs to tell apart. */
function codeOf(cause: Error | undefined): { readonly extensions?: { readonly code: string } } {
  return cause instanceof Refusal && cause.status === 410 ? { extensions: { code: "GONE" } } : {};
}

function parseBody(body: string) {
  let request: unknown;
  try {
    request = JSON.parse(body);
  } catch {
    throw new Refusal("Cannot run the query: the request is not JSON");
  }
  const { query, variables, operationName } = (request ?? {}) as Record<string, unknown>;
  if (typeof query !== "string") throw new Refusal("Cannot run the query: there is none");
  if (query.length > MAX_DOCUMENT) {
    throw new Refusal(`Cannot run the query: it has more than ${MAX_DOCUMENT} characters`);
  }
  return {
    query,
    variables: isObject(variables) ? variables : {},
    // Some clients send an empty name for "the only one".
    operationName: typeof operationName === "string" && operationName !== "" ? operationName : null,
  };
}

function prepare(query: string): DocumentNode {
  const known = passed.get(query);
  if (known !== undefined) return known;
  const document = parse(query, { maxTokens: MAX_TOKENS, noLocation: true });
  checkDocument(document);
  const [error] = validate(protocolSchema(), document, undefined, { maxErrors: 5 });
  if (error !== undefined) throw error;
  if (query.length > MAX_KEPT) return document;
  const oldest = passed.keys().next().value;
  if (passed.size >= MAX_PASSED && oldest !== undefined) passed.delete(oldest);
  passed.set(query, document);
  return document;
}
