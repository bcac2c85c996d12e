/** How a format begins: bytes, and where they are; with two beginnings, either will do. */
interface Signature {
  readonly name: string;
  readonly begins: readonly { readonly at: number; readonly bytes: readonly number[] }[];
}

const ascii = (text: string, at = 0) => ({ at, bytes: Array.from(text, (c) => c.charCodeAt(0)) });

/** The first box of an MPEG-4 file, after its size; files made long ago begin with their content. */
const MPEG4: Signature = {
  name: "MPEG-4",
  begins: ["ftyp", "moov", "mdat", "free", "skip", "wide"].map((box) => ascii(box, 4)),
};

/** By what a file ends with: the formats that have a beginning of their own. */
const SIGNATURES: { readonly [extension: string]: Signature } = {
  ".wav": { name: "WAV", begins: [ascii("WAVE", 8)] },
  ".ogg": { name: "Ogg", begins: [ascii("OggS")] },
  ".flac": { name: "FLAC", begins: [ascii("fLaC"), ascii("ID3")] },
  // A tag, or the first frame: eleven bits that are set, of which eight are enough here.
  ".mp3": { name: "MP3", begins: [ascii("ID3"), { at: 0, bytes: [0xff] }] },
  ".m4a": MPEG4,
  ".mp4": MPEG4,
  ".webm": { name: "WebM", begins: [{ at: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3] }] },
  ".gif": { name: "GIF", begins: [ascii("GIF8")] },
  ".glb": { name: "glTF", begins: [ascii("glTF")] },
};

/** Bytes that tell every format. */
export const SIGNATURE_BYTES = 12;

/** What a file should be by its name and is not by its beginning; null when all is well. */
export function disguise(extension: string, head: Uint8Array): string | null {
  const signature = SIGNATURES[extension];
  if (signature === undefined) return null;
  const genuine = signature.begins.some(({ at, bytes }) =>
    bytes.every((byte, i) => head[at + i] === byte)
  );
  return genuine ? null : signature.name;
}
