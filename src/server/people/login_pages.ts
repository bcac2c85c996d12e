import { plain, refused, seeOther } from "../http/answers.ts";
import { checkSameSite } from "../http/origin.ts";
import { readText } from "../http/read_body.ts";
import type { Services } from "../services.ts";
import type { User } from "../store/store.ts";
import { hashApiKey, keyHint, makeApiKey } from "./api_keys.ts";
import { beginSession, hashSession, sessionCookie, setSessionCookie } from "./sessions.ts";
import type { Visitor } from "./visitor.ts";

/** Longest form that is read. */
const MAX_FORM = 10_000;

/**
 * Answers `/login` (a form for an API key), `/login/TICKET` (a link that logs in once), `/logout`
 * and `/authorize` (a new API key, where W&B's SDK sends people); undefined for other addresses.
 *
 * @param wrongKey Is told of each key that is wrong, and may refuse more.
 */
export async function answerLogin(
  request: Request,
  url: URL,
  visitor: Visitor,
  baseUrl: string,
  services: Services,
  wrongKey: () => void,
): Promise<Response | undefined> {
  const ticket = /^\/login\/([\w.-]{1,200})$/.exec(url.pathname)?.[1];
  if (ticket !== undefined && request.method === "GET") {
    return await useLink(ticket, baseUrl, services);
  }
  switch (`${request.method} ${url.pathname}`) {
    case "GET /login":
      return page("Log in", loginForm(url.searchParams.get("next"), ""));
    case "POST /login":
      return await logIn(request, baseUrl, services, wrongKey);
    case "POST /logout":
      checkSameSite(request, baseUrl);
      await services.store.people.removeSession(hashSession(sessionCookie(request, baseUrl) ?? ""));
      return seeOther(`${baseUrl}/login`, {
        "set-cookie": setSessionCookie("", baseUrl),
      });
    case "GET /authorize":
      if (visitor.user === undefined) return seeOther(`${baseUrl}/login?next=%2Fauthorize`);
      return page("API key", AUTHORIZE_FORM);
    case "POST /authorize":
      if (visitor.user === undefined) return refused("Cannot make a key: log in first", 401);
      checkSameSite(request, baseUrl);
      return page("API key", newKey(await addKey(services, visitor.user, "made in the browser")));
    default:
      return undefined;
  }
}

/**
 * Makes a key for a user.
 *
 * @returns The key, which is kept nowhere.
 */
export async function addKey(
  { store, now }: Pick<Services, "store" | "now">,
  user: User,
  description: string,
): Promise<string> {
  const key = makeApiKey();
  await store.people.addKey(user.key, {
    hash: hashApiKey(key),
    hint: keyHint(key),
    description,
    at: now(),
  });
  return key;
}

async function useLink(
  ticket: string,
  baseUrl: string,
  { store, links, now }: Services,
): Promise<Response> {
  const { people } = store;
  const link = links.read(ticket, now());
  const user = link && await people.get(link.user);
  if (user === undefined || !await people.useOnce(link!.nonce, link!.expires, now())) {
    return plain(
      "This link has been used, or is too old. `cellar server link` makes a new one.\n",
      403,
    );
  }
  const session = await beginSession(people, user.key, null, now());
  return seeOther(`${baseUrl}/`, { "set-cookie": setSessionCookie(session, baseUrl) });
}

async function logIn(
  request: Request,
  baseUrl: string,
  { store, now }: Services,
  wrongKey: () => void,
): Promise<Response> {
  checkSameSite(request, baseUrl);
  const form = new URLSearchParams(await readText(request, MAX_FORM));
  const next = form.get("next");
  const known = await store.people.findKey(hashApiKey(form.get("key")?.trim() ?? ""));
  if (known === undefined) {
    wrongKey();
    return page("Log in", loginForm(next, "This key is not valid here."), 401);
  }
  const session = await beginSession(store.people, known.user.key, known.key.key, now());
  return seeOther(`${baseUrl}${localPath(next)}`, {
    "set-cookie": setSessionCookie(session, baseUrl),
  });
}

/**
 * A path of this server: nobody is sent elsewhere by a prepared link. It becomes a header, and
 * what no header may hold ends the whole process in Deno 2.9.6.
 */
function localPath(next: string | null): string {
  return next !== null && /^\/(?!\/)[!-[\]-~]*$/.test(next) ? next : "/";
}

function loginForm(next: string | null, problem: string): string {
  return `<form method="post" action="login">
<label for="key">API key</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
<input type="hidden" name="next" value="${escape(localPath(next))}">
${problem === "" ? "" : `<p role="alert">${escape(problem)}</p>`}
<button>Log in</button>
</form>
<p><code>cellar server user add NAME</code>, on the server's machine, makes a user and a key.</p>`;
}

const AUTHORIZE_FORM = `<form method="post">
<p>Clients on other machines log in with an API key. It is shown once.</p>
<button>Make a new key</button>
</form>`;

function newKey(key: string): string {
  return `<p>Your new key. It is not shown again.</p>
<p><code class="key">${escape(key)}</code></p>`;
}

/** What a frame in a notebook shows to who has not logged in: browsers keep forms out of frames. */
export function framedHint(baseUrl: string): Response {
  const link = `<a href="${escape(baseUrl)}/login" target="_blank">Log in to Cellar</a>`;
  return page("Log in", `<p>${link} in a tab of its own, then show this again.</p>`, 401, "*");
}

function page(title: string, body: string, status = 200, ancestors = "'none'"): Response {
  const html = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title} – Cellar</title>
<style>
:root { color-scheme: light dark; --rule: light-dark(#e5e3de, #2b2d33);
  --accent: light-dark(#4c4fc4, #a5a8ff) }
body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  max-width: 24rem; margin: 16vh auto; padding: 0 1rem;
  background: light-dark(#faf9f7, #101114); color: light-dark(#1b1c20, #e9e9ec) }
h1 { font-size: 1.5rem; letter-spacing: -.015em }
form { display: grid; gap: .6rem }
input, button { font: inherit; padding: .5rem .7rem; border-radius: 7px;
  border: 1px solid var(--rule); background: light-dark(#fff, #18191d); color: inherit }
button { cursor: pointer; background: var(--accent); border-color: var(--accent);
  color: light-dark(#fff, #14152b) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
p { color: light-dark(#60636b, #a0a3ac); font-size: .9rem }
code { overflow-wrap: anywhere } .key { font-size: 1.1rem; user-select: all }
[role=alert] { color: light-dark(#b9333c, #f08a8f); margin: 0 }
</style>
<main>
<h1>${title}</h1>
${body}
</main>
`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      // A page with a key in it is not shown inside of others.
      "content-security-policy":
        `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors ${ancestors}`,
      // Under "no-referrer" browsers send these forms with the origin "null".
      "referrer-policy": "same-origin",
    },
  });
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
