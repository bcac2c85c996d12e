import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { parseObject } from "../../record/json_object.ts";
import type { Frame, FrameSink, SkippedFrame } from "./frame_decoder.ts";

/** A message of the kernel. */
export interface KernelMessage {
  /** Such as `execute_input`, `stream` or `status`. */
  readonly type: string;
  /** Milliseconds since 1970 at which the kernel sent it. */
  readonly time: number;
  /** Milliseconds since 1970 at which it was heard, when that was not just now. */
  readonly heard?: number;
  /** The id of the request that it answers; empty when there is none. */
  readonly parent: string;
  readonly metadata: Fields;
  /** Empty when it was too long to be kept. */
  readonly content: Fields;
  /** Bytes of the content. */
  readonly size: number;
  /** Whether the content was too long to be kept. */
  readonly skipped: boolean;
}

/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Why a message was not taken. */
export type BadMessage = "malformed" | "signature";

const DELIMITER = "<IDS|MSG>";
const decoder = new TextDecoder();

/**
 * Parses a message and checks its signature.
 *
 * @param key The key of the connection file; when it is empty nothing is signed.
 */
export function parseMessage(frames: readonly Frame[], key: string): KernelMessage | BadMessage {
  const from = delimiterIndex(frames);
  if (from < 0 || frames.length < from + 6) return "malformed";
  const [, signature, header, parent, metadata, content] = frames.slice(from);
  if (!isKept(signature) || !isKept(header) || !isKept(parent) || !isKept(metadata)) {
    return "malformed";
  }
  if (key !== "" && !signed(signature, [header, parent, metadata], content!, key)) {
    return "signature";
  }
  const fields = [header, parent, metadata].map(parseFields);
  const [head, origin, meta] = fields;
  const body = isKept(content) ? parseFields(content) : {};
  if (!head || !origin || !meta || !body) return "malformed";
  const { msg_type: type, date } = head;
  if (typeof type !== "string") return "malformed";
  const time = typeof date === "string" ? Date.parse(date) : NaN;
  return {
    type,
    time: Number.isFinite(time) ? time : Date.now(),
    parent: typeof origin["msg_id"] === "string" ? origin["msg_id"] : "",
    metadata: meta,
    content: body,
    size: isKept(content) ? content.length : content!.size,
    skipped: !isKept(content),
  };
}

/**
 * Begins the signature of a message whose content is too long to be kept, so that it can be checked
 * all the same.
 *
 * @param before The parts that came before the content.
 * @returns Undefined when the part that is too long is not the content.
 */
export function contentSink(before: readonly Frame[], key: string): FrameSink | undefined {
  const from = delimiterIndex(before);
  if (from < 0 || before.length !== from + 5 || key === "") return undefined;
  const hmac = createHmac("sha256", key);
  for (const frame of before.slice(from + 2)) {
    if (!isKept(frame)) return undefined;
    hmac.update(frame);
  }
  return hmac;
}

function signed(
  signature: Uint8Array,
  parts: readonly Uint8Array[],
  content: Frame,
  key: string,
): boolean {
  let digest: string;
  if (isKept(content)) {
    const hmac = createHmac("sha256", key);
    for (const part of parts) hmac.update(part);
    digest = hmac.update(content).digest("hex");
  } else {
    const sink = content.sink as ReturnType<typeof createHmac> | undefined;
    if (sink === undefined) return false;
    digest = sink.digest("hex");
  }
  const expected = Buffer.from(digest);
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

function delimiterIndex(frames: readonly Frame[]): number {
  // Before it come topics or addresses.
  return frames.findIndex((frame) =>
    isKept(frame) && frame.length === DELIMITER.length && decoder.decode(frame) === DELIMITER
  );
}

function isKept(frame: Frame | undefined): frame is Exclude<Frame, SkippedFrame> {
  return frame instanceof Uint8Array;
}

function parseFields(bytes: Uint8Array): Fields | undefined {
  return parseObject(decoder.decode(bytes));
}
