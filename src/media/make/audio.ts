import type { Json } from "../../record/lines.ts";
import type { AudioJob } from "../../record/media_job.ts";
import type { MakeContext } from "./maker.ts";

const HEADER_BYTES = 44;
const SAMPLE_BYTES = 2;

/** Writes samples as a WAV file. */
export function makeAudio(job: AudioJob, { files, key, step }: MakeContext): Json {
  const place = { folder: "media/audio", key, step, extension: ".wav" };
  const file = files.write({ bytes: encodeWav(job) }, place);
  const { caption } = job;
  return { _type: "audio-file", ...file, ...(caption === undefined ? {} : { caption }) };
}

/** Encodes samples as a WAV file of 16 bit integers. */
export function encodeWav({ channels, sampleRate }: AudioJob): Uint8Array<ArrayBuffer> {
  const rate = Math.round(sampleRate);
  const frames = channels[0]?.length ?? 0;
  const block = channels.length * SAMPLE_BYTES;
  const bytes = new Uint8Array(HEADER_BYTES + frames * block);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) => bytes.set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * block, true);
  view.setUint16(32, block, true);
  view.setUint16(34, 8 * SAMPLE_BYTES, true);
  text(36, "data");
  view.setUint32(40, frames * block, true);
  for (const [channel, samples] of channels.entries()) {
    let at = HEADER_BYTES + channel * SAMPLE_BYTES;
    for (const sample of samples) {
      view.setInt16(at, samples instanceof Int16Array ? sample : toInt16(sample), true);
      at += block;
    }
  }
  return bytes;
}

function toInt16(sample: number): number {
  // What is too loud is cut off; what is no number is silence.
  const scaled = Math.max(-1, Math.min(1, sample || 0)) * 32_767;
  return Math.trunc(scaled + Math.sign(scaled) / 2);
}
