import { createHmac } from "node:crypto";
import type { KernelMessage } from "../../../src/notebook/kernel/message.ts";
import { messageFrame } from "../../../src/notebook/kernel/zmtp.ts";

const encoder = new TextEncoder();

/** A message as a kernel sends it, part by part. */
export function wireParts(
  type: string,
  content: unknown,
  options: { readonly key?: string; readonly parent?: string; readonly date?: string } = {},
): Uint8Array[] {
  const { key = "key", parent = "p", date = "2026-11-24T11:40:11.921000+00:00" } = options;
  const texts = [{ msg_id: "m", msg_type: type, date }, { msg_id: parent }, {}, content]
    .map((part) => JSON.stringify(part));
  const hmac = createHmac("sha256", key);
  for (const text of texts) hmac.update(text);
  return [type, "<IDS|MSG>", hmac.digest("hex"), ...texts].map((text) => encoder.encode(text));
}

/** Parts as the bytes of one message. */
export function wireBytes(parts: readonly Uint8Array[]): Uint8Array {
  const frames = parts.map((part, i) => messageFrame(part, i < parts.length - 1));
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

/** A message that has been parsed. */
export function message(
  type: string,
  content: Record<string, unknown>,
  more: Partial<KernelMessage> = {},
): KernelMessage {
  return {
    type,
    content,
    time: 1_000,
    parent: "p",
    metadata: {},
    size: 100,
    skipped: false,
    ...more,
  };
}
