import { checkSameSite } from "../http/origin.ts";
import { RateLimit, TooSoon } from "../http/rate_limit.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import { hashApiKey, keyOfHeader } from "./api_keys.ts";
import { sessionCookie } from "./sessions.ts";
import { STRANGER, type Visitor, visitorOf } from "./visitor.ts";

/** Who sent a request, by its key or by its session. */
export class Identifier {
  readonly #services: Services;
  /** Wrong keys from one address. */
  readonly #failures = new RateLimit(0.5, 30);

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * Counts a wrong key.
   *
   * @throws {TooSoon} When there were too many from that address.
   */
  countFailure(address: string): void {
    const wait = this.#failures.take(address, this.#services.now());
    if (wait > 0) throw new TooSoon(wait);
  }

  /**
   * Finds out who sent a request.
   *
   * @param address Where it came from.
   * @throws {Refusal} When the key is wrong, or another site's page makes use of a session.
   */
  async identify(request: Request, address: string, baseUrl: string): Promise<Visitor> {
    const { store, sessions, now } = this.#services;
    const header = request.headers.get("authorization");
    if (header !== null) {
      const key = keyOfHeader(header);
      const user = key && await store.people.userOfKey(hashApiKey(key));
      if (user) return await visitorOf(store, user);
      this.countFailure(address);
      throw new Refusal("Cannot log in: the API key is not valid here", 401);
    }
    const cookie = sessionCookie(request);
    const key = cookie === undefined ? undefined : sessions.readSession(cookie, now());
    const user = key === undefined ? undefined : await store.people.get(key);
    if (user === undefined) return STRANGER;
    // A cookie goes along with what any page makes a browser send; a key does not.
    if (!["GET", "HEAD"].includes(request.method)) checkSameSite(request, baseUrl);
    return await visitorOf(store, user);
  }
}
