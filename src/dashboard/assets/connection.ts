/// <reference lib="dom" />

/** Milliseconds without a connection until the page says so: a server that restarts takes less. */
const PATIENCE = 4_000;
/** Milliseconds between two attempts. A browser gives up where a proxy answers for the server. */
const RETRY = 3_000;
/** A clock that leaps by this many milliseconds was asleep, and what it was connected to is gone. */
const ASLEEP = 20_000;
const TICK = 5_000;

/** What a page does with what it hears. */
export interface Listener {
  /** Something has changed, or a connection was made: whether it is the first event of one. */
  changed(version: string, first: boolean): void;
  gone(): void;
  /** Says something that people have to know; null when all is well again. */
  tell(text: string | null): void;
}

/** The events of a page while somebody looks; a browser has few connections, and tabs share them. */
export function connect(events: string, listener: Listener): void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let complaint: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  const lost = () => {
    complaint ??= setTimeout(() => {
      listener.tell("The server does not answer: this page is not live. Trying again…");
    }, PATIENCE);
  };
  const open = () => {
    close();
    const opened = source = new EventSource(events);
    let first = true;
    opened.addEventListener("open", () => {
      clearTimeout(complaint);
      complaint = undefined;
      listener.tell(null);
    });
    opened.addEventListener("change", ({ data }) => {
      listener.changed(data, first);
      first = false;
    });
    opened.addEventListener("gone", () => {
      stop();
      listener.gone();
    });
    opened.addEventListener("error", async () => {
      lost();
      if (opened.readyState !== EventSource.CLOSED || opened !== source) return;
      retry = setTimeout(open, RETRY);
      if (!await isLoggedOut()) return;
      stop();
      listener.tell("You have been logged out. Load the page again to log in.");
    });
  };
  const follow = () => {
    if (document.hidden) close();
    else if (source === undefined) open();
  };
  let ticked = Date.now();
  const clock = setInterval(() => {
    const slept = Date.now() - ticked > ASLEEP;
    ticked = Date.now();
    if (slept && !document.hidden) open();
  }, TICK);
  const online = () => {
    if (!document.hidden) open();
  };
  const stop = () => {
    close();
    clearTimeout(complaint);
    clearInterval(clock);
    document.removeEventListener("visibilitychange", follow);
    removeEventListener("online", online);
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("online", online);
  follow();
}

/** Who has no session any more is led to the login page. */
async function isLoggedOut(): Promise<boolean> {
  const options = { method: "HEAD", redirect: "manual" } as const;
  const response = await fetch(location.href, options).catch(() => null);
  return response !== null && (response.type === "opaqueredirect" || response.status === 401);
}
