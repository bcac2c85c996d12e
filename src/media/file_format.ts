/** Bytes that tell every format. */
export const HEAD_BYTES = 12;

/** Letters at a place. */
type Beginning = readonly [at: number, letters: string];

/** How files begin, by what their names end with; any one of the beginnings will do. */
const BEGINNINGS: { readonly [format: string]: readonly Beginning[] } = {
  m4a: [[4, "ftypM4A"], [4, "ftyp"]],
  // The first box, after its size; files made long ago begin with their content.
  mp4: ["ftyp", "moov", "mdat", "free", "skip", "wide"].map((box): Beginning => [4, box]),
  webm: [[0, "\x1a\x45\xdf\xa3"]],
  ogg: [[0, "OggS"]],
  gif: [[0, "GIF8"]],
  wav: [[8, "WAVE"]],
  flac: [[0, "fLaC"], [0, "ID3"]],
  // A tag, or the first frame: of which version, in which layer.
  mp3: ["ID3", "\xff\xfb", "\xff\xfa", "\xff\xf3", "\xff\xf2", "\xff\xe3", "\xff\xe2"]
    .map((letters): Beginning => [0, letters]),
  glb: [[0, "glTF"]],
};

/**
 * What the bytes of a file say that it is; undefined where they do not say, or it is none of
 * `formats`. Where two begin alike, the first letters that are longer decide.
 */
export function formatOfBytes<Format extends string>(
  bytes: Uint8Array,
  formats: readonly Format[],
): Format | undefined {
  const known = formats.flatMap((format) =>
    (BEGINNINGS[format] ?? []).map((beginning) => ({ format, beginning }))
  );
  return known
    .filter(({ beginning }) => begins(bytes, beginning))
    .toSorted((a, b) => b.beginning[1].length - a.beginning[1].length)[0]?.format;
}

/** Whether a file begins as files of a format do; true where those have no beginning of their own. */
export function beginsAs(format: string, head: Uint8Array): boolean {
  return !Object.hasOwn(BEGINNINGS, format) ||
    BEGINNINGS[format]!.some((beginning) => begins(head, beginning));
}

function begins(bytes: Uint8Array, [at, letters]: Beginning): boolean {
  return Array.from(letters).every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
}
