/** JSON, in one piece. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

/** What W&B's SDK can show to its user: it takes the message out of either form. */
export function refused(message: string, status: number, headers: Record<string, string> = {}) {
  return json({ errors: [{ message }], error: message }, status, headers);
}

/** A text. */
export function plain(body: string, status = 200): Response {
  return new Response(body, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

/** Sends a browser somewhere else; never in answer to a client's POST. */
export function seeOther(location: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location, ...headers } });
}
