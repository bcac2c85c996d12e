/** A part of a message that was longer than the limit, and was not kept. */
export interface SkippedFrame {
  /** Bytes. */
  readonly size: number;
  /** What {@linkcode FrameDecoderOptions.oversize} gave to look at the bytes as they passed. */
  readonly sink: FrameSink | undefined;
}

/** Sees the bytes of a part that is too long to be kept. */
export interface FrameSink {
  update(chunk: Uint8Array): void;
}

/** One part of a message. */
export type Frame = Uint8Array | SkippedFrame;

/** What a {@linkcode FrameDecoder} tells. */
export interface FrameDecoderOptions {
  /** A message, when its last part has come. */
  readonly onMessage: (frames: Frame[]) => void;
  /** A command of the protocol. */
  readonly onCommand?: (body: Uint8Array) => void;
  /** Called when a part begins that is too long, with the parts before it. */
  readonly oversize?: (before: readonly Frame[]) => FrameSink | undefined;
  /** Bytes of a part that are kept. @default {8388608} */
  readonly maxFrame?: number;
}

const MORE = 1;
const LONG = 2;
const COMMAND = 4;
const MAX_COMMAND = 65_536;
/** A Jupyter message has six parts and its buffers. */
const MAX_FRAMES = 256;

/** Takes ZMTP frames out of a stream of bytes that is torn anywhere. */
export class FrameDecoder {
  readonly #options: FrameDecoderOptions;
  readonly #maxFrame: number;
  readonly #header = new Uint8Array(9);
  #headerLength = 0;
  #flags = 0;
  /** Bytes of the frame's body that are still to come; -1 while its header is read. */
  #rest = -1;
  #body: Uint8Array | undefined;
  #sink: FrameSink | undefined;
  #size = 0;
  #frames: Frame[] = [];
  #kept = 0;

  constructor(options: FrameDecoderOptions) {
    this.#options = options;
    this.#maxFrame = options.maxFrame ?? 8 * 1024 * 1024;
  }

  /**
   * Takes the next bytes.
   *
   * @throws {Error} When they are no ZMTP frames; the connection is then of no use.
   */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#rest < 0) {
        this.#header[this.#headerLength++] = chunk[at++]!;
        this.#readHeader();
      } else {
        const part = chunk.subarray(at, at + this.#rest);
        at += part.length;
        if (this.#body === undefined) this.#sink?.update(part);
        else this.#body.set(part, this.#size - this.#rest);
        this.#rest -= part.length;
      }
      if (this.#rest === 0) this.#endFrame();
    }
  }

  #readHeader(): void {
    this.#flags = this.#header[0]!;
    if ((this.#flags & ~(MORE | LONG | COMMAND)) !== 0) {
      throw new Error(`Cannot read from the kernel: a frame has the flags ${this.#flags}`);
    }
    const long = (this.#flags & LONG) !== 0;
    if (this.#headerLength < (long ? 9 : 2)) return;
    this.#headerLength = 0;
    const size = long
      ? Number(new DataView(this.#header.buffer).getBigUint64(1))
      : this.#header[1]!;
    this.#beginFrame(size);
  }

  #beginFrame(size: number): void {
    const command = (this.#flags & COMMAND) !== 0;
    if (command ? size > MAX_COMMAND : this.#frames.length >= MAX_FRAMES) {
      throw new Error("Cannot read from the kernel: a message is out of bounds");
    }
    this.#size = this.#rest = size;
    this.#sink = undefined;
    // Many parts just below the limit must not add up.
    const keep = command || (size <= this.#maxFrame && this.#kept + size <= 2 * this.#maxFrame);
    this.#body = keep ? new Uint8Array(size) : undefined;
    if (!keep) this.#sink = this.#options.oversize?.(this.#frames);
    else if (!command) this.#kept += size;
  }

  #endFrame(): void {
    const frame = this.#body ?? { size: this.#size, sink: this.#sink };
    this.#rest = -1;
    this.#body = this.#sink = undefined;
    if ((this.#flags & COMMAND) !== 0) {
      this.#options.onCommand?.(frame as Uint8Array);
      return;
    }
    this.#frames.push(frame);
    if ((this.#flags & MORE) !== 0) return;
    const frames = this.#frames;
    this.#frames = [];
    this.#kept = 0;
    this.#options.onMessage(frames);
  }
}
