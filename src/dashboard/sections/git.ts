import { formatBytes } from "../format_bytes.ts";
import { type Html, line, markup } from "../html.ts";
import type { DiffText, GitFacts } from "../views.ts";

/** Where the code is from, and room for it where nobody knows yet. */
export function gitPart(git: GitFacts | null): Html {
  return markup`<div data-part="git">${git && gitSection(git)}</div>`;
}

/** Where the code is from, and what was changed in it. */
function gitSection({ remote, commit, diff }: GitFacts): Html {
  const fact = (name: string, value: Html | string) =>
    value !== "" && markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const tree = diff === null ? "as committed, or not recorded" : "changed after the commit";
  return markup`<section id="git" aria-labelledby="git-head">
<div class="section-head"><h2 id="git-head">Git</h2>${
    diff !== null &&
    markup`<a class="button" href="${diff.href}" download>Diff, ${formatBytes(diff.size)}</a>`
  }</div>
<div class="card"><dl class="pairs">${fact("Repository", remote === "" ? "" : webLink(remote))}${
    fact("Commit", commit === "" ? "" : commitLink(remote, commit))
  }${fact("Working tree", tree)}</dl>
${diff !== null && diffText(diff)}</div></section>`;
}

/** An empty line would have no height. */
function diffText({ lines, cut }: DiffText): Html {
  const rows = lines.map((text) =>
    markup`<span class="${kindOf(text)}">${text === "" ? " " : text}</span>`
  );
  return markup`<div class="text diff" tabindex="0" role="group" aria-label="Diff">
<pre>${rows}</pre></div>${cut && markup`<p class="foot">The rest is in the file.</p>`}`;
}

function kindOf(text: string): string {
  if (text.startsWith("diff ")) return "f";
  if (
    /^(index |--- |\+\+\+ |new file|deleted file|similarity|rename|old mode|new mode)/.test(text)
  ) {
    return "c";
  }
  if (text.startsWith("@@")) return "h";
  return text.startsWith("+") ? "a" : text.startsWith("-") ? "d" : "";
}

/** Only what is plainly the web becomes a link: a remote is a stranger's text. */
function webLink(remote: string): Html {
  const page = webPage(remote);
  const text = line(remote, 200);
  return page === null
    ? markup`${text}`
    : markup`<a href="${page}" rel="noopener noreferrer">${text}</a>`;
}

function commitLink(remote: string, commit: string): Html {
  const page = webPage(remote);
  const text = markup`<span title="${line(commit, 64)}">${line(commit.slice(0, 12))}</span>`;
  return page === null || !/^[0-9a-f]{7,64}$/.test(commit)
    ? markup`${text}`
    : markup`<a href="${page}/commit/${commit}" rel="noopener noreferrer">${text}</a>`;
}

/** The page of a repository; null for what has none. */
export function webPage(remote: string): string | null {
  const ssh = /^(?:ssh:\/\/)?git@([\w.-]+)[:/]([\w./-]+)$/.exec(remote);
  const address = ssh === null ? remote : `https://${ssh[1]}/${ssh[2]}`;
  const { protocol, host, pathname } = URL.parse(address) ?? {};
  if (protocol !== "https:" || host === undefined || pathname === undefined) return null;
  return `https://${host}${pathname.replace(/\.git$/, "").replace(/\/$/, "")}`;
}
