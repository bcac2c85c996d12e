import { readKey, writeKey } from "../../login/login_file.ts";
import type { Services } from "../services.ts";
import type { User } from "../store/store.ts";
import { hashApiKey } from "./api_keys.ts";
import { addKey } from "./login_pages.ts";

/** The user of a server that only this machine reaches, when nobody has added another. */
const LOCAL_USER = "local";

/**
 * Sees to it that clients of this machine find a key in the login file: an empty database gets a
 * first user. Whoever can start the server on its data could read them all anyway.
 *
 * @returns The user that the key belongs to.
 */
export async function ensureLocalKey(
  services: Pick<Services, "store" | "now">,
  baseUrls: readonly string[],
  loginFile: string | undefined,
): Promise<User | undefined> {
  const { store, now } = services;
  const login = loginFile === undefined ? {} : { path: loginFile };
  const kept = await readKey(baseUrls[0]!, login);
  const known = kept && await store.people.findKey(hashApiKey(kept));
  if (known) return known.user;
  if (await store.people.count() === 0) {
    await store.people.add({ username: userName(), admin: true, at: now() });
  }
  const admin = (await store.people.list()).find((user) => user.admin);
  if (admin === undefined) return undefined;
  const key = await addKey(services, admin, "this machine");
  for (const baseUrl of baseUrls) await writeKey(baseUrl, key, login);
  return admin;
}

function userName(): string {
  const name = Deno.env.get("USER") ?? Deno.env.get("USERNAME") ?? "";
  return /^[\w-]{1,64}$/.test(name) ? name : LOCAL_USER;
}
