import { isIP } from "node:net";

/**
 * Where a request came from. A proxy adds the address of its client to the end of a header; what
 * stands before that is what the client has said, and may be anything.
 *
 * @param peer The address of the connection.
 * @param trustProxy Whether a proxy of ours stands at the other end of it.
 */
export function clientAddress(request: Request, peer: string, trustProxy: boolean): string {
  if (!trustProxy) return peer;
  const last = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  return isIP(last) === 0 ? peer : last;
}
