import { formatCount } from "../../charts/format.ts";
import { formatBytes } from "../format_bytes.ts";
import { type Html, line, markup } from "../html.ts";
import { timeTag } from "../time.ts";
import type { FileItem } from "../views.ts";

/** Files of a run, and how many there are. */
export interface FilesSection {
  readonly files: readonly FileItem[];
  readonly total: number;
  /** Bytes of all of them. */
  readonly bytes: number;
}

/** The files of a run, each to be downloaded. */
export function filesSection({ files, total, bytes }: FilesSection, now: number): Html {
  const counted = `${formatCount(total)} ${total === 1 ? "file" : "files"}, ${formatBytes(bytes)}`;
  const more = total - files.length;
  return markup`<section id="files" aria-labelledby="files-head" data-part="files">
<div class="section-head"><h2 id="files-head">Files</h2>${
    total > 0 && markup`<span class="soft">${counted}</span>`
  }</div>
<div class="card wide">${
    files.length === 0 ? markup`<p class="empty">No files yet.</p>` : table(files, now)
  }${
    more > 0 && markup`<p class="foot">${formatCount(more)} more are not shown.</p>`
  }</div></section>`;
}

function table(files: readonly FileItem[], now: number): Html {
  const rows = files.map(({ path, size, changed, href }) =>
    markup`<tr><td><a href="${href}" download>${line(path, 200)}</a></td>
<td class="number">${formatBytes(size)}</td><td>${timeTag(changed, now)}</td></tr>
`
  );
  return markup`<table><thead><tr><th scope="col">Path</th>
<th scope="col" class="number">Size</th><th scope="col">Changed</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}
