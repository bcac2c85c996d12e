import type { GpuReading } from "./parse.ts";

/** What all GPUs said at one time. */
export type Frame = readonly GpuReading[];

/** Options of {@linkcode FrameCollector}. */
export interface FrameOptions {
  /**
   * Milliseconds after a line in which the next GPU's line may still come.
   *
   * @default 200
   */
  readonly quietMs?: number;
}

/**
 * Puts the lines of one answer together.
 *
 * An answer ends when as many GPUs have spoken as the time before, when a GPU speaks again, or
 * when nothing more comes.
 */
export class FrameCollector {
  readonly #onFrame: (frame: Frame) => void;
  readonly #quietMs: number;
  #frame: GpuReading[] = [];
  #expected = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onFrame Called with each answer that is complete. */
  constructor(onFrame: (frame: Frame) => void, { quietMs = 200 }: FrameOptions = {}) {
    this.#onFrame = onFrame;
    this.#quietMs = quietMs;
  }

  /** Takes one GPU's line. */
  push(reading: GpuReading): void {
    if (this.#frame.some(({ index }) => index === reading.index)) this.flush();
    this.#frame.push(reading);
    if (this.#frame.length >= this.#expected) return this.flush();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), this.#quietMs);
  }

  /** Ends the answer that was begun. */
  flush(): void {
    clearTimeout(this.#timer);
    const frame = this.#frame;
    if (frame.length === 0) return;
    this.#frame = [];
    this.#expected = frame.length;
    this.#onFrame(frame);
  }

  /** Forgets the answer that was begun. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#frame = [];
  }
}
