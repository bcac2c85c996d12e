import { Buffer } from "node:buffer";
import { parseObject } from "../../record/json_object.ts";
import { isGranted } from "../../record/permissions.ts";
import { VERSION } from "../../version.ts";
import { answerText, quiet } from "./answer_text.ts";
import { type FaultKind, SyncFault } from "./fault.ts";
import { retryAfter } from "./retry_after.ts";

/** Who is talked to, and as whom. */
export interface WireClientOptions {
  /** Without a slash at its end; a path in it is kept. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
}

/** A request below the base URL. */
export interface WireRequest {
  /** Such as `/graphql`. */
  readonly path: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long an attempt may take. */
  readonly timeoutMs: number;
  /** A longer answer is not read. */
  readonly maxAnswerBytes: number;
  readonly signal?: AbortSignal;
}

/** An answer that was accepted: 2xx, and a JSON object. */
export interface WireAnswer {
  readonly json: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** Attempts that the server would answer in the same way again; the protocol's own list. */
const FINAL = new Map<number, FaultKind>([
  [400, "rejected"],
  [401, "refused"],
  [403, "refused"],
  [404, "gone"],
  [409, "rejected"],
  [410, "deleted"],
  [413, "tooLarge"],
  [422, "rejected"],
  [501, "rejected"],
]);

export const USER_AGENT = `cellar/${VERSION}`;

/**
 * Posts to one server. The key goes to that server alone: redirects are not followed, and no other
 * address is asked. Answers are read to a bound, and must be JSON objects: a login page of a hotel
 * that answers 200 to everything must not pass for a server that took the rows.
 */
export class WireClient {
  readonly baseUrl: string;
  #apiKey: string | undefined;
  #authorization: Record<string, string> = {};

  constructor({ baseUrl, apiKey }: WireClientOptions) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
    if (apiKey) this.useKey(apiKey);
  }

  /** Goes on with a key; says whether it is another one. */
  useKey(apiKey: string): boolean {
    if (apiKey === this.#apiKey) return false;
    this.#apiKey = apiKey;
    const encoded = Buffer.from(`api:${apiKey}`).toString("base64");
    this.#authorization = { authorization: `Basic ${encoded}` };
    return true;
  }

  /**
   * Posts, and gives the answer.
   *
   * @throws {SyncFault} When it was not accepted.
   */
  async post(request: WireRequest): Promise<WireAnswer> {
    const url = this.baseUrl + request.path;
    assertNetAllowed(url);
    const signals = [AbortSignal.timeout(request.timeoutMs)];
    if (request.signal !== undefined) signals.push(request.signal);
    let status: number;
    let headers: Headers;
    let body: string;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": USER_AGENT,
          ...this.#authorization,
          ...request.headers,
        },
        body: request.body,
        redirect: "manual",
        signal: AbortSignal.any(signals),
      });
      ({ status, headers } = response);
      body = await readText(response, request.maxAnswerBytes);
    } catch (error) {
      throw unreachable(error);
    }
    return { json: this.#accept(status, headers, body), headers };
  }

  #accept(status: number, headers: Headers, body: string): Record<string, unknown> {
    if (status >= 300 && status < 400) {
      const to = quiet(headers.get("location") ?? "");
      throw new SyncFault("garbage", `it redirects to ${to}, which is not followed`);
    }
    if (status < 200 || status >= 300) {
      const said = this.#withoutKey(answerText(body));
      const kind = FINAL.get(status) ?? "failing";
      const text = kind === "refused"
        ? `it refuses the API key (${status}${said === "" ? "" : `: ${said}`})`
        : `it answers ${status}${said === "" ? "" : `: ${said}`}`;
      throw new SyncFault(kind, text, retryAfter(headers));
    }
    const json = parseObject(body);
    if (json === undefined) {
      const said = this.#withoutKey(answerText(body));
      throw new SyncFault("garbage", `what answers is no W&B server: ${JSON.stringify(said)}`);
    }
    return json;
  }

  /** A server may repeat what it was sent. */
  #withoutKey(text: string): string {
    return this.#apiKey === undefined ? text : text.replaceAll(this.#apiKey, "<the key>");
  }
}

/** Whether the script may reach an address; nothing prompts. */
export function assertNetAllowed(url: string): void {
  const { host, hostname, port, protocol } = new URL(url);
  const full = port === "" ? `${hostname}:${protocol === "https:" ? 443 : 80}` : host;
  if (!isGranted({ name: "net", host: full })) {
    throw new SyncFault("rejected", `the script needs --allow-net=${host}`);
  }
}

/** An error of `fetch` in words. */
export function unreachable(error: unknown): SyncFault {
  if (error instanceof SyncFault) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError") return new SyncFault("unreachable", "it does not answer in time");
  if (name === "AbortError") return new SyncFault("unreachable", "the time was over");
  const text = String(error instanceof Error ? error.cause ?? error.message : error);
  const reason = /refused/i.test(text)
    ? "nothing listens there"
    : /dns|resolve|lookup/i.test(text)
    ? "its name cannot be resolved"
    : /certificate|tls/i.test(text)
    ? "its certificate is not trusted"
    // Those of other services, by the standard of fetch.
    : /port \d+ are blocked/.test(text)
    ? "requests to this port are not allowed"
    : "the connection broke";
  return new SyncFault("unreachable", `it does not answer: ${reason}`);
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new SyncFault("garbage", `its answer is longer than ${maxBytes} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
