/** Bytes that the machine has sent and received. */
export interface NetworkCounters {
  readonly received: number;
  readonly sent: number;
}

/** Bridges and their ends would count a container's bytes again; the loopback leaves no machine. */
const inner = /^(?:lo\d*|docker|veth|br-|virbr|cni|flannel|cali|vnet|tap|tun)/u;

/** The sum over the outer interfaces from the text of `/proc/net/dev`. */
export function parseNetDev(text: string): NetworkCounters | undefined {
  let received = 0;
  let sent = 0;
  let found = false;
  for (const line of text.split("\n")) {
    const match = /^\s*([^\s:]+):\s*(.*)$/u.exec(line);
    if (match === null || inner.test(match[1]!)) continue;
    const fields = match[2]!.trim().split(/\s+/u);
    const [into, out] = [Number(fields[0]), Number(fields[8])];
    if (!(into >= 0 && out >= 0)) continue;
    received += into;
    sent += out;
    found = true;
  }
  return found ? { received, sent } : undefined;
}

/** Counts bytes since it first looked; goes on where an interface's counters begin anew. */
export class NetworkMeter {
  #before: NetworkCounters | undefined;
  #received = 0;
  #sent = 0;

  /** The row of a reading: `system.network.sent` and `system.network.recv`, in bytes. */
  row(now: NetworkCounters): Record<string, number> {
    if (this.#before !== undefined) {
      this.#received += Math.max(0, now.received - this.#before.received);
      this.#sent += Math.max(0, now.sent - this.#before.sent);
    }
    this.#before = now;
    return { "system.network.sent": this.#sent, "system.network.recv": this.#received };
  }
}
