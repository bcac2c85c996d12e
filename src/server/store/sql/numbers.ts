/** Room that numbers begin with: there can be 100,000 keys in one row, and no other row. */
const SMALLEST = 4;

/** Numbers that grow in number. They are kept outside of the heap, where each takes eight bytes. */
export class Numbers {
  #values = new Float64Array(SMALLEST);
  /** How many there are. */
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      this.#values = new Float64Array(this.#values.buffer.transfer(4 * 8 * this.length));
    }
    this.#values[this.length++] = value;
  }

  /** Some of them, without a copy. They are there until the next one is added. */
  view(from = 0, to = this.length): Float64Array<ArrayBuffer> {
    return this.#values.subarray(from, to);
  }

  /** Forgets all, and gives their memory back at once: the garbage collector takes seconds. */
  free(): void {
    this.#values = new Float64Array(this.#values.buffer.transfer(0));
    this.length = 0;
  }
}
