import { Refusal } from "../refusal.ts";

/** A client that sends nothing for so long is not waited for. */
const IDLE_MS = 30_000;

/**
 * The text of a request's body as it arrives, unpacked when it is gzip.
 *
 * @param max Bytes, as they arrive and unpacked.
 * @throws {Refusal} When it is larger, cut, or stalls.
 */
export async function* textPieces(request: Request, max: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of bytePieces(request, max)) {
    yield decoder.decode(piece, { stream: true });
  }
  yield decoder.decode();
}

/**
 * The whole text of a small body.
 *
 * @param max Bytes, as they arrive and unpacked.
 * @throws {Refusal} When it is larger, cut, or stalls.
 */
export async function readText(request: Request, max: number): Promise<string> {
  let text = "";
  for await (const piece of textPieces(request, max)) text += piece;
  return text;
}

function bytePieces(request: Request, max: number): AsyncIterable<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > max) throw tooLarge(max);
  if (request.body === null) return ReadableStream.from([]);
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  const arriving = bounded(request.body, max);
  if (encoding === "identity" || encoding === "") return arriving;
  if (encoding !== "gzip") {
    throw new Refusal(`Cannot read the request: its encoding ${JSON.stringify(encoding)}`);
  }
  // Bounded again: little may unpack to much.
  const unpacked = ReadableStream.from(arriving).pipeThrough(new DecompressionStream("gzip"));
  return bounded(unpacked, max, "it is not gzip, as it says");
}

/**
 * The body of a request piece by piece, ended by a Refusal when it stalls or grows too large.
 *
 * @param problem What it means when it cannot be read.
 */
export async function* bounded(
  source: ReadableStream<Uint8Array>,
  max: number,
  problem = "the client went away",
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader();
  let size = 0;
  try {
    while (true) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stalled = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Refusal("Cannot read the request: it does not go on")),
          IDLE_MS,
        );
      });
      const read = reader.read().catch(() => {
        throw new Refusal(`Cannot read the request: ${problem}`);
      });
      const { done, value } = await Promise.race([read, stalled])
        .finally(() => clearTimeout(timer));
      if (done) return;
      size += value.length;
      if (size > max) throw tooLarge(max);
      yield value as Uint8Array<ArrayBuffer>;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function tooLarge(max: number): Refusal {
  return new Refusal(`Cannot read the request: it is larger than ${max} bytes`, 413);
}
