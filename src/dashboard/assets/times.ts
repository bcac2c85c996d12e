/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Keeps "2 min ago" and running durations true. */
export function keepTimes(now: number = Date.now()): void {
  for (const element of Array.from(document.querySelectorAll("time[data-ago]"))) {
    const time = Date.parse(element.getAttribute("datetime") ?? "");
    if (!Number.isNaN(time)) set(element, ago((now - time) / 1000));
  }
  for (const element of Array.from(document.querySelectorAll("[data-since]"))) {
    const since = Number(element.getAttribute("data-since"));
    if (since > 0) set(element, duration(Math.max(0, now - since) / 1000));
  }
}

function set(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** As the server writes it. */
export function ago(seconds: number): string {
  if (!(seconds >= 10)) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  if (days === 1) return "yesterday";
  return days < 60 ? `${days} days ago` : `${Math.floor(days / 30.44)} months ago`;
}

/** As the server writes it. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  const minutes = Math.floor((whole % 3600) / 60);
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h ${two(minutes)}m`;
  return `${Math.floor(whole / 86_400)}d ${two(Math.floor((whole % 86_400) / 3600))}h`;
}
