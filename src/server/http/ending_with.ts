/**
 * An answer whose body ends when the signal fires: streams of events would outlive the server. It
 * also ends where it would go on for somebody who may not read any longer what they might.
 *
 * @param mayGoOn Is asked before each piece.
 */
export function endingWith(
  response: Response,
  signal: AbortSignal,
  mayGoOn: () => Promise<boolean> = () => Promise.resolve(true),
): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  let end = () => {};
  // The signal outlives the answers, and must not keep each of them in memory.
  const forget = () => signal.removeEventListener("abort", end);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      end = () => {
        reader.cancel().catch(() => {});
        controller.close();
      };
      signal.addEventListener("abort", end, { once: true });
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (signal.aborted) return;
        if (!done && await mayGoOn()) return signal.aborted ? undefined : controller.enqueue(value);
        if (!done) reader.cancel().catch(() => {});
        if (signal.aborted) return;
        forget();
        controller.close();
      } catch (error) {
        forget();
        throw error;
      }
    },
    async cancel(reason) {
      forget();
      await reader.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
