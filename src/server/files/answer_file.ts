import { bounded } from "../http/read_body.ts";
import { type Visitor, visitorBy } from "../people/visitor.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import type { FileRecord } from "../store/store.ts";
import { BlobError } from "./blob_store.ts";
import { contentType } from "./content_type.ts";
import { normalizeFilePath } from "./paths.ts";
import { parseRange } from "./range.ts";
import { parseFileAddress } from "./signed_urls.ts";

const INVALID = "its address has expired, was revoked, or is forged";

/**
 * Answers uploads and downloads of the files of runs; undefined when the address is another.
 *
 * @param visitor Serves where the address is not signed.
 */
export async function answerFile(
  request: Request,
  url: URL,
  visitor: Visitor,
  services: Services,
): Promise<Response | undefined> {
  const address = parseFileAddress(url.pathname);
  if (address === undefined) return undefined;
  switch (request.method) {
    case "GET":
    case "HEAD":
      return await download(request, url, address, visitor, services);
    case "PUT":
      return await upload(request, url, address, services);
    case "OPTIONS":
      // Who has a signed address may use it from any page; it carries no other credentials.
      return new Response(null, {
        status: 204,
        headers: {
          "access-control-allow-origin": "*",
          "access-control-allow-methods": "GET, HEAD, PUT",
          "access-control-allow-headers": "content-type, range",
        },
      });
    default:
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD, PUT, OPTIONS" } });
  }
}

async function download(
  request: Request,
  url: URL,
  address: { run: number; path: string },
  visitor: Visitor,
  { store, files, urls, now }: Services,
): Promise<Response> {
  const run = await store.runs.get(address.run);
  const by = urls.signedBy("get", address, url, now());
  const reader = by === undefined ? visitor : await visitorBy(store, by, now());
  if (run === undefined || !reader.mayRead(run.entity)) {
    throw url.searchParams.has("signature")
      ? new Refusal(`Cannot download the file: ${INVALID}`, 403)
      : new Refusal("Cannot download the file: there is none for you at this address", 404);
  }
  const file = await store.files.find(address.run, address.path);
  if (file === undefined) {
    throw new Refusal("Cannot download the file: it is gone", 404);
  }
  const headers = fileHeaders(file, url.searchParams.has("framed"));
  if (request.headers.get("if-none-match") === headers.get("etag")) {
    return new Response(null, { status: 304, headers });
  }
  const range = parseRange(request.headers.get("range"), file.size);
  if (range === null) {
    headers.set("content-range", `bytes */${file.size}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: file.size };
  headers.set("content-length", String(end - start));
  if (range !== undefined) headers.set("content-range", `bytes ${start}-${end - 1}/${file.size}`);
  const status = range === undefined ? 200 : 206;
  if (request.method === "HEAD") return new Response(null, { status, headers });
  const bytes = await files.read(file.sha256, range);
  if (bytes === null) throw new Refusal("Cannot download the file: its bytes are gone", 404);
  return new Response(bytes, { status, headers });
}

/** What people upload is shown, and does not act as a page of this server. */
const ALONE = "sandbox allow-scripts";
/** In a frame of a page it asks no other server either: nobody has chosen to open it. */
const FRAMED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
  "font-src data:; media-src data:";

function fileHeaders(file: FileRecord, framed: boolean): Headers {
  return new Headers({
    "content-type": contentType(file.path),
    "accept-ranges": "bytes",
    "etag": `"${file.sha256}"`,
    "last-modified": new Date(file.updatedAt).toUTCString(),
    "cache-control": "private, max-age=60",
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
    "content-security-policy": framed ? FRAMED : ALONE,
  });
}

async function upload(
  request: Request,
  url: URL,
  address: { run: number; path: string },
  { store, files, urls, limits, now }: Services,
): Promise<Response> {
  const path = normalizeFilePath(address.path);
  const by = path === address.path ? urls.signedBy("put", address, url, now()) : undefined;
  if (by === undefined) throw new Refusal(`Cannot upload the file: ${INVALID}`, 403);
  const run = await store.runs.get(address.run);
  if (run === undefined) throw new Refusal("Cannot upload the file: its run is gone", 404);
  if (!(await visitorBy(store, by, now())).mayWrite(run.entity)) {
    throw new Refusal(`Cannot upload the file: ${INVALID}`, 403);
  }
  const announced = request.headers.get("content-length");
  const expected = announced === null ? undefined : Number(announced);
  if (expected !== undefined && expected > limits.maxFile) {
    throw new Refusal(`Cannot upload the file: it is larger than ${limits.maxFile} bytes`, 413);
  }
  const source = ReadableStream.from(request.body ? bounded(request.body, limits.maxFile) : []);
  try {
    await files.put(address.run, path, source, { max: limits.maxFile, expected });
  } catch (error) {
    throw error instanceof BlobError ? new Refusal(error.message) : error;
  }
  return new Response(null, { status: 200 });
}
