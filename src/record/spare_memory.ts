/** What is kept at most; more is left to the garbage collector. */
const MAX_BYTES = 67_108_864;
const MAX_PIECES = 512;

/**
 * Memory that comes back from the background, to be used again: fresh memory costs a page fault
 * every 4 KB, which is more than copying a batch of images into it.
 */
export class SpareMemory {
  #pieces: ArrayBuffer[] = [];
  #bytes = 0;
  /** What was made here, and did not come back yet. */
  #away = 0;

  /** Memory of at least `bytes`; what it holds is left over from before. */
  take(bytes: number): ArrayBuffer {
    const index = this.#pieces.findLastIndex(({ byteLength }) =>
      byteLength >= bytes && byteLength <= 2 * bytes
    );
    const piece = index === -1 ? new ArrayBuffer(bytes) : this.#pieces.splice(index, 1)[0]!;
    if (index !== -1) this.#bytes -= piece.byteLength;
    this.#away += piece.byteLength;
    return piece;
  }

  /**
   * Keeps memory for later. As much as was taken: who gives the memory of arrays away needs none in
   * return.
   */
  give(pieces: readonly ArrayBuffer[]): void {
    for (const piece of pieces) {
      if (piece.byteLength > this.#away) continue;
      this.#away -= piece.byteLength;
      if (this.#bytes + piece.byteLength > MAX_BYTES || this.#pieces.length >= MAX_PIECES) return;
      if (piece.byteLength === 0) continue;
      this.#pieces.push(piece);
      this.#bytes += piece.byteLength;
    }
  }
}

/** The spare memory of this thread. */
export const spareMemory: SpareMemory = new SpareMemory();
