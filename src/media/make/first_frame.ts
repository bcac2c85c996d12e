const TRAILER = 0x3b;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
/** The signature and the size of the screen come before the first block. */
const HEAD = 13;

/**
 * The first frame of a GIF, as a GIF of its own: nothing is decoded, what follows is left out.
 *
 * @returns Null for what is no GIF, or ends before its first frame does.
 */
export function firstFrame(gif: Uint8Array): Uint8Array | null {
  if (gif.length < HEAD || gif[0] !== 0x47 || gif[1] !== 0x49 || gif[2] !== 0x46) return null;
  let at = HEAD + colors(gif[10]!);
  while (at < gif.length) {
    if (gif[at] === EXTENSION) {
      at = afterBlocks(gif, at + 2);
    } else if (gif[at] === IMAGE) {
      // Its place and size, its colours, and the width of its codes.
      const end = afterBlocks(gif, at + 10 + colors(gif[at + 9]!) + 1);
      if (end > gif.length) return null;
      const frame = new Uint8Array(end + 1);
      frame.set(gif.subarray(0, end));
      frame[end] = TRAILER;
      return frame;
    } else {
      return null;
    }
  }
  return null;
}

/** Bytes of the table of colours that flags announce. */
function colors(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Where the blocks end that begin at a place: each says its length, and the last has none. */
function afterBlocks(gif: Uint8Array, start: number): number {
  let at = start;
  while (at < gif.length && gif[at] !== 0) at += gif[at]! + 1;
  return at + 1;
}
