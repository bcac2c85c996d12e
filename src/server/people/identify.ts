import { checkSameSite } from "../http/origin.ts";
import { RateLimit, TooSoon } from "../http/rate_limit.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import type { ApiKey } from "../store/store.ts";
import { hashApiKey, keyOfHeader } from "./api_keys.ts";
import { hashSession, sessionCookie } from "./sessions.ts";
import { STRANGER, type Visitor, visitorBy, visitorOf } from "./visitor.ts";

/** That a key is used is noted so seldom. */
const NOTE_MS = 60_000;

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
    const { store, now } = this.#services;
    const header = request.headers.get("authorization");
    if (header !== null) {
      const key = keyOfHeader(header);
      const found = key && await store.people.findKey(hashApiKey(key));
      if (found) {
        this.#noteUse(found.key);
        return await visitorOf(store, found.user, `key-${found.key.key}`);
      }
      this.countFailure(address);
      throw new Refusal("Cannot log in: the API key is not valid here", 401);
    }
    const cookie = sessionCookie(request, baseUrl);
    const found = cookie && await store.people.findSession(hashSession(cookie), now());
    if (!found) return STRANGER;
    // A cookie goes along with what any page makes a browser send; a key does not.
    if (!["GET", "HEAD"].includes(request.method)) checkSameSite(request, baseUrl);
    return await visitorOf(store, found.user, `session-${found.session}`);
  }

  /** Whether a visitor is still who they were, and may do what they might. */
  async isUnchanged({ credential, user, memberships }: Visitor): Promise<boolean> {
    if (credential === undefined) return true;
    const { store, now } = this.#services;
    const current = await visitorBy(store, credential, now());
    return current.user?.admin === user?.admin &&
      JSON.stringify(current.memberships) === JSON.stringify(memberships);
  }

  #noteUse({ key, usedAt }: ApiKey): void {
    const { store, now, log } = this.#services;
    if (usedAt !== null && now() - usedAt < NOTE_MS) return;
    // Nobody waits for it, and a full disk refuses nobody who reads.
    store.people.useKey(key, now()).catch((error) =>
      log("warn", "key use", { error: String(error) })
    );
  }
}
