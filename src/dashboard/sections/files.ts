import { counted, formatCount } from "../../charts/format.ts";
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
  const more = total - files.length;
  return markup`<section id="files" aria-labelledby="files-head" data-part="files">
<div class="section-head"><h2 id="files-head">Files</h2>${
    total > 0 && markup`<span class="soft">${counted(total, "file")}, ${formatBytes(bytes)}</span>`
  }</div>
<div class="card files">${
    files.length === 0 ? markup`<p class="empty">No files yet.</p>` : folders(files, now)
  }${
    more > 0 && markup`<p class="foot">${formatCount(more)} more are not shown.</p>`
  }</div></section>`;
}

/** The files at the top, and the folders closed: a run may have thousands of images. */
function folders(files: readonly FileItem[], now: number): Html {
  const byFolder = Map.groupBy(files, ({ path }) => path.slice(0, path.indexOf("/") + 1));
  const top = byFolder.get("") ?? [];
  byFolder.delete("");
  const lists = Array.from(byFolder, ([folder, members]) => {
    const bytes = members.reduce((sum, { size }) => sum + size, 0);
    return markup`<details data-id="${folder}"><summary><span>${
      line(folder, 80)
    }</span> <span class="soft">${counted(members.length, "file")}, ${
      formatBytes(bytes)
    }</span></summary><div class="wide" tabindex="0" role="group" aria-label="${
      line(folder, 80)
    }">${table(members, now, folder)}</div></details>`;
  });
  return markup`${
    top.length > 0 && markup`<div class="wide">${table(top, now, "")}</div>`
  }${lists}`;
}

function table(files: readonly FileItem[], now: number, folder: string): Html {
  const rows = files.map(({ path, size, changed, href }) =>
    markup`<tr data-id="${path}"><td><a href="${href}" download title="${line(path, 500)}">${
      line(path.slice(folder.length), 200)
    }</a></td>
<td class="number">${formatBytes(size)}</td><td>${timeTag(changed, now)}</td></tr>
`
  );
  return markup`<table><thead><tr><th scope="col">Name</th>
<th scope="col" class="number">Size</th><th scope="col">Changed</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}
