import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { WireAnswer, WireClient } from "./client.ts";

/** Lines of one file of a stream, from a number on. */
export interface StreamLines {
  readonly offset: number;
  readonly content: readonly string[];
}

/** A request of the file stream; what is absent is not sent. */
export interface StreamBody {
  readonly files?: Readonly<Record<string, StreamLines>>;
  /** Files that were put. */
  readonly uploaded?: readonly string[];
  readonly complete?: true;
  readonly exitcode?: number;
}

const TIMEOUT_MS = 180_000;
const MAX_ANSWER_BYTES = 65_536;
const MIN_GZIP_CHARACTERS = 1_024;
/** The fastest level: a row compresses well, and the network is seldom slower than the processor. */
const LEVEL = 1;
const compress = promisify(gzip) as (
  text: string,
  options: { level: number },
) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Posts to the file stream of a run.
 *
 * @throws {SyncFault} When it was not accepted.
 */
export async function postStream(
  client: WireClient,
  address: { readonly entity: string; readonly project: string; readonly id: string },
  body: StreamBody,
  { gzip: compressed, signal }: { readonly gzip: boolean; readonly signal: AbortSignal },
): Promise<WireAnswer> {
  const { entity, project, id } = address;
  const text = JSON.stringify(body);
  const zip = compressed && text.length >= MIN_GZIP_CHARACTERS;
  return await client.post({
    path: `/files/${[entity, project, id].map(encodeURIComponent).join("/")}/file_stream`,
    body: zip ? await compress(text, { level: LEVEL }) : text,
    ...(zip ? { headers: { "content-encoding": "gzip" } } : {}),
    timeoutMs: TIMEOUT_MS,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    signal,
  });
}

/** Whether a server is on this machine, where compressing would only cost time. */
export function isLoopback(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
