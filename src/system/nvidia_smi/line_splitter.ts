/** Cuts a stream of bytes into lines; a line that is too long is counted and dropped. */
export class LineSplitter {
  readonly #limit: number;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #skipping = false;
  #dropped = 0;

  /** @param limit Characters that a line may have. */
  constructor(limit = 8192) {
    this.#limit = limit;
  }

  /** Lines dropped so far because they were too long. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes the next bytes and gives the lines that they complete, without their ends. */
  push(chunk: Uint8Array): string[] {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (this.#skipping) {
      const end = text.indexOf("\n");
      if (end < 0) return [];
      this.#skipping = false;
      text = text.slice(end + 1);
    }
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > this.#limit) {
      this.#rest = "";
      this.#skipping = true;
      this.#dropped++;
    }
    const kept: string[] = [];
    for (const line of lines) {
      if (line.length > this.#limit) this.#dropped++;
      else kept.push(line.endsWith("\r") ? line.slice(0, -1) : line);
    }
    return kept;
  }

  /** What was left without a line's end, when the stream ended. */
  end(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }
}
