/** How files begin: which letters they have at which place. */
const BEGINNINGS: readonly (readonly [format: string, at: number, letters: string])[] = [
  ["m4a", 4, "ftypM4A"],
  ["mp4", 4, "ftyp"],
  ["webm", 0, "\x1a\x45\xdf\xa3"],
  ["ogg", 0, "OggS"],
  ["gif", 0, "GIF8"],
  ["wav", 8, "WAVE"],
  ["flac", 0, "fLaC"],
  ["mp3", 0, "ID3"],
  ["mp3", 0, "\xff\xfb"],
  ["glb", 0, "glTF"],
];

/** What the bytes of a file say that it is; undefined where they do not say, or it is none of `formats`. */
export function formatOfBytes<Format extends string>(
  bytes: Uint8Array,
  formats: readonly Format[],
): Format | undefined {
  const found = BEGINNINGS.find(([format, at, letters]) =>
    (formats as readonly string[]).includes(format) &&
    Array.from(letters, (letter) => letter.charCodeAt(0)).every((code, i) => bytes[at + i] === code)
  );
  return found?.[0] as Format | undefined;
}
