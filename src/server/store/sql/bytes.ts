const encoder = new TextEncoder();

/** Bytes that grow as they are written. Numbers are little-endian. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** How many bytes were written. */
  length = 0;

  constructor(size = 1024) {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Makes room for bytes that the caller fills. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const at = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return this.#bytes.subarray(at, this.length);
  }

  byte(value: number): void {
    this.take(1)[0] = value;
  }

  /** Forgets what was written, and keeps its room. */
  clear(): void {
    this.length = 0;
  }

  /** An integer of up to 2 ** 53 - 1, seven bits a byte. */
  count(value: number): void {
    while (value >= 128) {
      this.byte(value % 128 + 128);
      value = Math.floor(value / 128);
    }
    this.byte(value);
  }

  float(value: number): void {
    this.take(8);
    this.#view.setFloat64(this.length - 8, value, true);
  }

  bytes(bytes: Uint8Array): void {
    this.take(bytes.length).set(bytes);
  }

  /** A text in UTF-8. */
  text(text: string): void {
    // A unit of UTF-16 takes three bytes at the most.
    const room = this.take(3 * text.length);
    this.length += encoder.encodeInto(text, room).written - room.length;
  }

  /** What was written; it changes when more is. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }
}

/** Reads what a {@linkcode ByteWriter} wrote, in the same order. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  count(): number {
    let value = 0;
    for (let unit = 1;; unit *= 128) {
      const byte = this.byte();
      value += byte % 128 * unit;
      if (byte < 128) return value;
    }
  }

  float(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  bytes(count: number): Uint8Array {
    this.#at += count;
    if (this.#at > this.#bytes.length) throw new RangeError("Cannot unpack: the bytes are cut");
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** All that was not read. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }
}
