const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  gif: "image/gif",
  html: "text/html; charset=utf-8",
  ipynb: "application/x-ipynb+json",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/plain; charset=utf-8",
  json: "application/json",
  jsonl: "application/jsonl",
  log: "text/plain; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  ogg: "audio/ogg",
  patch: "text/plain; charset=utf-8",
  pdf: "application/pdf",
  png: "image/png",
  py: "text/plain; charset=utf-8",
  svg: "image/svg+xml",
  ts: "text/plain; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  wav: "audio/wav",
  webm: "video/webm",
  webp: "image/webp",
  yaml: "application/yaml",
  yml: "application/yaml",
};

/** The media type of a file by the end of its name. */
export function contentType(path: string): string {
  const extension = /\.([a-z0-9]{1,8})$/i.exec(path)?.[1]?.toLowerCase();
  return TYPES[extension ?? ""] ?? "application/octet-stream";
}
