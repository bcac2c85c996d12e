import { type Crumb, htmlDocument } from "./document.ts";
import { markup } from "./html.ts";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  // What runs have uploaded is shown in frames: without scripts, and as of another origin.
  "frame-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
];

/** How a page may be used. */
export interface PageOptions {
  /** @default {200} */
  readonly status?: number;
  /** Whether pages of other sites may show it in a frame. @default {false} */
  readonly framed?: boolean;
}

/** A page, with what a browser must not do with it. */
export function respond(
  body: string,
  { status = 200, framed = false }: PageOptions = {},
): Response {
  return new Response(body, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "private, no-cache",
      "content-security-policy": [
        ...POLICY,
        // Style attributes are what scripts of the page set for crosshairs; none are in the HTML.
        `frame-ancestors ${framed ? "*" : "'none'"}`,
      ].join("; "),
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    },
  });
}

/** A page that says why there is nothing to show. */
export function problemPage(
  status: 403 | 404 | 405 | 400 | 413,
  { title, text, viewer, back = { name: "All projects", href: "/" } }: {
    readonly title: string;
    readonly text: string;
    readonly viewer: string | null;
    /** Where to go on. @default {all projects} */
    readonly back?: { readonly name: string; readonly href: string };
  },
): Response {
  const crumbs: Crumb[] = [{ name: title }];
  const content = markup`<div class="card empty"><h1>${title}</h1>
<p>${text}</p><p><a href="${back.href}">${back.name}</a></p></div>`;
  return respond(htmlDocument(content, { title, crumbs, viewer }), { status });
}
