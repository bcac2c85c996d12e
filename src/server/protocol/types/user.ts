import type { Visitor } from "../../people/visitor.ts";
import type { ApiKey } from "../../store/store.ts";
import type { Context } from "../context.ts";
import { makeId, toDateTime } from "../ids.ts";

/** The user who asks, or who made a run. */
export class UserType {
  readonly #username: string;
  readonly #visitor: Visitor | undefined;

  /** @param visitor Given when it is the one who asks: nobody else's keys and teams are shown. */
  constructor(username: string, visitor?: Visitor) {
    this.#username = username;
    this.#visitor = visitor;
  }

  id() {
    return makeId("User", this.#visitor?.user?.key ?? this.#username);
  }
  name() {
    return this.#username;
  }
  username() {
    return this.#username;
  }
  entity() {
    return this.#username;
  }
  email() {
    return this.#visitor?.user?.email ?? null;
  }
  admin() {
    return this.#visitor?.user?.admin ?? false;
  }
  flags() {
    return "{}";
  }
  deletedAt() {
    return null;
  }

  teams() {
    const teams = this.#visitor?.memberships ?? [];
    return { edges: teams.map(({ entity }) => ({ node: new EntityType(entity) })) };
  }

  async apiKeys(_args: unknown, { services }: Context) {
    const user = this.#visitor?.user;
    const keys = user === undefined ? [] : await services.store.people.keys(user.key);
    return { edges: keys.map((key) => ({ node: apiKey(key) })) };
  }
}

/** A user or team as the owner of projects. */
export class EntityType {
  readonly #entity: string;

  constructor(entity: string) {
    this.#entity = entity;
  }

  id() {
    return makeId("Entity", this.#entity);
  }
  name() {
    return this.#entity;
  }
  organization() {
    return null;
  }
}

function apiKey({ key, hint, description, createdAt }: ApiKey) {
  return { id: makeId("ApiKey", key), name: hint, description, createdAt: toDateTime(createdAt) };
}
