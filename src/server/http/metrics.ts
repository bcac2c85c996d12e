import type { StoreSize } from "../store/store.ts";

/** Counts what the server does, for Prometheus. */
export class Metrics {
  readonly #requests = new Map<string, { count: number; seconds: number }>();

  /** Counts a request. */
  request(route: string, status: number, seconds: number): void {
    const labels = `route="${route}",status="${status}"`;
    const known = this.#requests.get(labels);
    if (known === undefined) this.#requests.set(labels, { count: 1, seconds });
    else {
      known.count++;
      known.seconds += seconds;
    }
  }

  /** All of it in Prometheus' text format. */
  text(size: StoreSize, uptimeSeconds: number): string {
    const entries = [...this.#requests].sort(([a], [b]) => a < b ? -1 : 1);
    return [
      "# HELP cellar_requests_total Requests that were answered.",
      "# TYPE cellar_requests_total counter",
      ...entries.map(([labels, { count }]) => `cellar_requests_total{${labels}} ${count}`),
      "# HELP cellar_request_seconds_total Seconds that answering them took.",
      "# TYPE cellar_request_seconds_total counter",
      ...entries.map(([labels, { seconds }]) =>
        `cellar_request_seconds_total{${labels}} ${seconds.toFixed(6)}`
      ),
      ...gauge("cellar_runs", "Runs that are stored.", size.runs),
      ...gauge("cellar_running_runs", "Runs that are running.", size.running),
      ...gauge("cellar_database_bytes", "Bytes of the database on disk.", size.bytes),
      ...gauge("cellar_memory_bytes", "Resident memory.", Deno.memoryUsage().rss),
      ...gauge("cellar_uptime_seconds", "Seconds since the start.", uptimeSeconds),
      "",
    ].join("\n");
  }
}

function gauge(name: string, help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}
