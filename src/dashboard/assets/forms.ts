/// <reference lib="dom" />

/**
 * What was written is not lost to a server that does not answer: a form is sent once the server is
 * known to be there, since a browser leaves the page for its own words when it is not.
 *
 * @param tell Says something that people have to know.
 */
export function guardForms(tell: (text: string) => void): void {
  const asked = new WeakSet<HTMLFormElement>();
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    event.preventDefault();
    if (asked.has(form)) return;
    asked.add(form);
    const there = await isThere();
    asked.delete(form);
    if (there) form.submit();
    else tell("The server does not answer, so nothing was changed. Please try again.");
  });
}

/** Asks for what costs the server least. */
async function isThere(): Promise<boolean> {
  const style = document.querySelector<HTMLLinkElement>("link[rel=stylesheet]");
  try {
    const { status } = await fetch(style?.href ?? location.href, {
      method: "HEAD",
      cache: "no-store",
    });
    // What a proxy says for a server that is not there.
    return status < 502 || status > 504;
  } catch {
    return false;
  }
}
