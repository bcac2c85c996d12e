import { asset } from "./assets.ts";
import { type Html, line, markup, trusted } from "./html.ts";

/** A step of the way to a page; the last one is the page itself. */
export interface Crumb {
  readonly name: string;
  /** Nothing for the page itself, and for what has no page. */
  readonly href?: string;
}

/** What surrounds a page's own content. */
export interface DocumentOptions {
  /** What the browser's tab shows before the name of the program. */
  readonly title: string;
  readonly crumbs: readonly Crumb[];
  /** Who looks; nothing where nobody has logged in. */
  readonly viewer: string | null;
  /** Whether it is shown inside another page, without its own bar. */
  readonly embedded?: boolean;
  /** The address that tells when the page has changed; nothing when it cannot change. */
  readonly events?: string;
  /** `entity/project/id` of the run that the page is about, for its chart queries. */
  readonly run?: string;
  /** What the first of the events says when nothing has changed since. */
  readonly version?: string;
}

const MARK = trusted(
  `<svg width="22" height="22" viewBox="0 0 22 22" fill="none" stroke="currentColor" ` +
    `stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">` +
    `<path d="M3 19.5V11a8 8 0 0 1 16 0v8.5z"/><path d="M6.5 15.5l3-4 2.7 2.2 3.3-5"/></svg>`,
);

const CHART_HELP = "The arrow keys read the values, plus and minus show a part, Escape all of it.";

/** A whole page. */
export function htmlDocument(content: Html, options: DocumentOptions): string {
  const { title, embedded = false, events, run, version } = options;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${embedded && markup`<base target="_blank">`}
<title>${line(title, 100)} · Cellar</title>
<link rel="icon" href="${asset("icon.svg")}">
<link rel="stylesheet" href="${asset("style.css")}">
<script type="module" src="${asset("main.js")}"></script>
</head>
<body${embedded && markup` class="embedded"`}${
    events !== undefined && markup` data-events="${events}"`
  }${run !== undefined && markup` data-run="${run}"`}${
    version !== undefined && markup` data-version="${version}"`
  }>
${!embedded && bar(options)}
<main id="content" tabindex="-1">
${content}
</main>
<div class="notice" id="notice" hidden></div>
${run !== undefined && markup`<p id="chart-help" hidden>${CHART_HELP}</p>`}
<div class="visually-hidden" role="status" id="said"></div>
</body>
</html>
`.text;
}

function bar({ crumbs, viewer }: DocumentOptions): Html {
  return markup`<a class="skip" href="#content">Skip to the content</a>
<header class="bar">
<a class="mark" href="/" aria-label="Cellar, all projects">${MARK}<span>Cellar</span></a>
<nav aria-label="Where you are"><ol class="crumbs">${
    crumbs.map((crumb, i) => markup`<li>${crumbTag(crumb, i === crumbs.length - 1)}</li>`)
  }</ol></nav>
${
    viewer !== null &&
    markup`<form class="viewer" method="post" action="/logout"><span>${
      line(viewer, 40)
    }</span><button>Log out</button></form>`
  }
</header>`;
}

function crumbTag({ name, href }: Crumb, current: boolean): Html {
  const text = line(name, 60);
  if (current) return markup`<span aria-current="page">${text}</span>`;
  return href === undefined
    ? markup`<span class="soft">${text}</span>`
    : markup`<a href="${href}">${text}</a>`;
}
