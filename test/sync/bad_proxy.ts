/** A proxy that cuts, delays, doubles and reorders requests at random. */
export class BadProxy implements AsyncDisposable {
  readonly #target: string;
  readonly #random: () => number;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #late = new Set<Promise<unknown>>();

  constructor(target: string, random: () => number = Math.random) {
    this.#target = target;
    this.#random = random;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request) => this.#handle(request),
    );
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Waits for what is still on its way, and ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#late);
    await this.#server.shutdown();
  }

  async #handle(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const body = await request.bytes();
    const headers = new Headers(request.headers);
    headers.delete("host");
    const { method } = request;
    const pass = () => fetch(this.#target + pathname + search, { method, headers, body });
    const passSilently = async () => await (await pass()).body?.cancel();
    const passLate = () => {
      const pause = this.#random() * 500;
      this.#late.add(new Promise((resolve) => setTimeout(resolve, pause)).then(passSilently));
    };
    switch (Math.floor(this.#random() * 12)) {
      case 0:
        return cut();
      case 1:
        await passSilently();
        return cut();
      case 2:
        await passSilently();
        return await pass();
      case 3:
        passLate();
        return cut();
      case 4: {
        const response = await pass();
        passLate();
        return response;
      }
      case 5:
        await new Promise((resolve) => setTimeout(resolve, this.#random() * 200));
        return await pass();
      default:
        return await pass();
    }
  }
}

/** An answer that breaks off. */
function cut(): Response {
  const headers = { "content-length": "10" };
  return new Response(new ReadableStream({ start: (c) => c.close() }), { headers });
}
