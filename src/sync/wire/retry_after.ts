/** A server may not silence a run for longer. */
const MAX_MS = 3_600_000;
/** `RateLimit-*` slows requests down to this, at most. */
const MAX_INTERVAL_MS = 60_000;

/**
 * How long an answer asks to wait, from its `Retry-After`: seconds or a date.
 *
 * @returns Milliseconds; undefined when it does not say.
 */
export function retryAfter(headers: Headers, now: number = Date.now()): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  const wait = /^\d+(\.\d+)?$/.test(value)
    ? Number(value) * 1000
    // The engine takes even -3 for a date.
    : /^[a-z]{3}/i.test(value)
    ? Date.parse(value) - now
    : NaN;
  return Number.isFinite(wait) ? Math.min(MAX_MS, Math.max(0, wait)) : undefined;
}

/**
 * The pause between requests that `RateLimit-Remaining` and `RateLimit-Reset` ask for: what remains
 * is spread over the time until the limit is set anew.
 *
 * @returns Milliseconds; zero when they do not say.
 */
export function rateLimitPause(headers: Headers): number {
  const remaining = number(headers.get("ratelimit-remaining"));
  const reset = number(headers.get("ratelimit-reset"));
  if (remaining === undefined || reset === undefined) return 0;
  return Math.min(MAX_INTERVAL_MS, 1000 * reset / Math.max(1, remaining));
}

function number(value: string | null): number | undefined {
  const parsed = value === null || value.trim() === "" ? NaN : Number(value);
  return parsed >= 0 && Number.isFinite(parsed) ? parsed : undefined;
}
