import { expect, test } from "vitest";
import { endingWith } from "../../../src/server/http/ending_with.ts";

/** A signal that says how many listen to it. */
function counted() {
  const ending = new AbortController();
  const { signal } = ending;
  const listeners = new Set<unknown>();
  const [add, remove] = [signal.addEventListener, signal.removeEventListener];
  signal.addEventListener = (type: string, listener: EventListener, options?: unknown) => {
    listeners.add(listener);
    add.call(signal, type, listener, options as AddEventListenerOptions);
  };
  signal.removeEventListener = (type: string, listener: EventListener) => {
    listeners.delete(listener);
    remove.call(signal, type, listener);
  };
  return { ending, signal, listeners };
}

const events = (pull: UnderlyingDefaultSource<Uint8Array>["pull"]) =>
  new Response(new ReadableStream(pull === undefined ? {} : { pull }));

test("endingWith() ends an answer that goes on, when the signal fires", async () => {
  const { ending, signal } = counted();
  const answer = endingWith(events(() => new Promise(() => {})), signal);
  const text = answer.text();
  ending.abort();
  expect(await text).toBe("");
});

test("endingWith() lets go of the signal once the answer is over, however it ends", async () => {
  const { signal, listeners } = counted();
  const over = endingWith(events((controller) => controller.close()), signal);
  const broken = endingWith(events((controller) => controller.error(new Error("no"))), signal);
  const left = endingWith(events(() => new Promise(() => {})), signal);
  expect(listeners.size).toBe(3);
  expect(await over.text()).toBe("");
  await expect(broken.text()).rejects.toThrow("no");
  await left.body!.cancel();
  expect(listeners.size).toBe(0);
});

test("endingWith() ends an answer of which no more may be told, without another piece", async () => {
  const { signal, listeners } = counted();
  let [pieces, asked] = [0, 0];
  const source = events((controller) =>
    controller.enqueue(new TextEncoder().encode(`${pieces++}`))
  );
  const answer = endingWith(source, signal, () => Promise.resolve(++asked < 3));
  expect(await answer.text()).toBe("01");
  expect(listeners.size).toBe(0);
});
