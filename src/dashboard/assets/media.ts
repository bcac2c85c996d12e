/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { refresh } from "./live.ts";

/** Milliseconds that a slider rests before what it points at is fetched. */
const REST = 90;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Lets people go through the steps of media in place: with a slider, and by its links. */
export function followSteps(): void {
  document.documentElement.classList.add("script");
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.closest(".steps") === null) return;
    const { value, dataset } = target;
    const number = target.closest("label")?.querySelector("b");
    if (number != null) number.textContent = Number(value).toLocaleString("en");
    clearTimeout(timer);
    timer = setTimeout(() => show(value === dataset.last ? null : value), REST);
  });
  document.addEventListener("click", (event) => {
    const { target, button, ctrlKey, metaKey, shiftKey } = event;
    const link = target instanceof Element
      ? target.closest<HTMLAnchorElement>(".steps a[href]")
      : null;
    if (link === null || button !== 0 || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    show(new URL(link.href).searchParams.get("step"));
  });
}

/** The address says what is shown, so that it can be sent to others, and stays as the run goes on. */
async function show(step: string | null): Promise<void> {
  const url = new URL(location.href);
  if (step === null) url.searchParams.delete("step");
  else url.searchParams.set("step", step);
  history.replaceState(history.state, "", url);
  await refresh(["media"]).catch(() => location.assign(url));
  const slider = document.querySelector<HTMLInputElement>(".steps input");
  // A slider that was moved forgets what its attribute says.
  if (slider !== null) slider.value = slider.getAttribute("value") ?? "";
}
