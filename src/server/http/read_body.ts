import { Refusal } from "../refusal.ts";

/** A client that sends nothing for so long is not waited for. */
const IDLE_MS = 30_000;

/**
 * The body of a request, unpacked when it is gzip.
 *
 * @param max Bytes, as they arrive and unpacked.
 * @param room Waits until there is room for so many bytes more.
 * @throws {Refusal} When it is larger, cut, or stalls.
 */
export async function readBody(
  request: Request,
  max: number,
  room: (bytes: number) => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > max) throw tooLarge(max);
  if (request.body === null) return new Uint8Array();
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  const arriving = bounded(request.body, max);
  if (encoding === "identity" || encoding === "") {
    return await collect(arriving, room, Number(request.headers.get("content-length") ?? 0));
  }
  if (encoding !== "gzip") {
    throw new Refusal(`Cannot read the request: its encoding ${JSON.stringify(encoding)}`);
  }
  // Bounded again: little may unpack to much.
  const unpacked = ReadableStream.from(arriving).pipeThrough(new DecompressionStream("gzip"));
  return await collect(bounded(unpacked, max, "it is not gzip, as it says"), room, 0);
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

/** @param expected How many bytes there will be, as far as is known: they are kept once. */
async function collect(
  source: AsyncIterable<Uint8Array>,
  room: (bytes: number) => Promise<void>,
  expected: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let all = new Uint8Array(expected);
  let size = 0;
  for await (const piece of source) {
    await room(piece.length);
    if (size + piece.length > all.length) {
      const larger = new Uint8Array(Math.max(size + piece.length, all.length * 2));
      larger.set(all.subarray(0, size));
      all = larger;
    }
    all.set(piece, size);
    size += piece.length;
  }
  return all.subarray(0, size);
}

function tooLarge(max: number): Refusal {
  return new Refusal(`Cannot read the request: it is larger than ${max} bytes`, 413);
}
