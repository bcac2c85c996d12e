import { createReadStream } from "node:fs";
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline } from "node:stream/promises";
import { answerText } from "./answer_text.ts";
import { assertNetAllowed, unreachable, USER_AGENT } from "./client.ts";
import { SyncFault } from "./fault.ts";
import { retryAfter } from "./retry_after.ts";

/** Where a file is put. */
export interface PutTarget {
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** A transfer that stands still for longer is given up. */
const STALL_MS = 60_000;
/** Files up to this size are sent whole. */
const SMALL_BYTES = 4_194_304;

/**
 * Puts a file at an address that a server has given. The key is not sent: the address itself says
 * that the file may be put there.
 *
 * @throws {SyncFault} When it was not taken.
 * @throws What the file system throws, when the file cannot be read.
 */
export async function putFile(
  path: string,
  { url, headers }: PutTarget,
  signal: AbortSignal,
): Promise<void> {
  assertNetAllowed(url);
  const { size } = await Deno.stat(path);
  const all: Record<string, string> = { "user-agent": USER_AGENT, ...Object.fromEntries(headers) };
  const answer = size <= SMALL_BYTES
    ? await putSmall(path, url, all, signal)
    : await putLarge(path, url, { ...all, "content-length": String(size) }, signal);
  const { status, text, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return;
  const passing = status === 429 || (status >= 500 && status !== 501);
  const said = answerText(text);
  throw new SyncFault(
    passing ? "failing" : "rejected",
    `it answers ${status} to a file${said === "" ? "" : `: ${said}`}`,
    retryAfterMs,
  );
}

interface PutAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
}

async function putSmall(
  path: string,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<PutAnswer> {
  const body = await Deno.readFile(path);
  try {
    const response = await fetch(url, {
      method: "PUT",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(STALL_MS)]),
    });
    const { status } = response;
    const text = response.ok ? "" : (await response.text()).slice(0, 1_000);
    await response.body?.cancel().catch(() => {});
    return { status, text, retryAfterMs: retryAfter(response.headers) };
  } catch (error) {
    throw unreachable(error);
  }
}

/** `fetch` would send a stream in chunks of unknown length, which stores such as S3 refuse. */
async function putLarge(
  path: string,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<PutAnswer> {
  const open = url.startsWith("https:") ? requestHttps : requestHttp;
  const request = open(url, { method: "PUT", headers, signal });
  request.setTimeout(STALL_MS, () => request.destroy(new Error("timed out")));
  try {
    const answered = responseOf(request);
    // The answer tells more than a broken pipe: a server may refuse before it has read everything.
    const sent = pipeline(createReadStream(path), request).catch(() => {});
    const response = await answered;
    let text = "";
    for await (const chunk of response) {
      if (text.length < 1_000) text += chunk;
    }
    await sent;
    const seconds = response.headers["retry-after"];
    const wait = seconds === undefined ? new Headers() : new Headers({ "retry-after": seconds });
    return { status: response.statusCode ?? 0, text, retryAfterMs: retryAfter(wait) };
  } catch (error) {
    throw unreachable(error);
  } finally {
    request.destroy();
  }
}

function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on("response", resolve);
    request.on("error", reject);
  });
}
