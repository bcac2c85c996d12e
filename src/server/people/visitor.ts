import type { Viewer } from "../charts/viewer.ts";
import { Refusal } from "../refusal.ts";
import type { Credential, Member, Role, Store, User } from "../store/store.ts";

/** Who sent a request, and what they may do. */
export interface Visitor extends Viewer {
  /** Undefined for who has not said who they are. */
  readonly user: User | undefined;
  /** What has shown it. */
  readonly credential: Credential | undefined;
  readonly memberships: readonly Member[];
}

const WRITERS: readonly Role[] = ["owner", "member"];

/** Somebody who has not said who they are: reads and writes nothing. */
export const STRANGER: Visitor = {
  user: undefined,
  credential: undefined,
  memberships: [],
  username: null,
  entities: [],
  mayRead: () => false,
  mayWrite: () => false,
};

/**
 * What a user may do.
 *
 * @param credential What has shown who they are.
 */
export async function visitorOf(
  store: Store,
  user: User,
  credential: Credential,
): Promise<Visitor> {
  const memberships = await store.people.memberships(user.key);
  const roles = new Map(memberships.map(({ entity, role }) => [entity, role]));
  return {
    user,
    credential,
    memberships,
    username: user.username,
    entities: user.admin ? "all" : [...roles.keys()],
    mayRead: (entity) => user.admin || roles.has(entity),
    mayWrite: (entity) => {
      const role = roles.get(entity);
      return user.admin || (role !== undefined && WRITERS.includes(role));
    },
  };
}

/** What a credential allows now; a revoked one is a stranger's. */
export async function visitorBy(
  store: Store,
  credential: Credential,
  now: number,
): Promise<Visitor> {
  const user = await store.people.userOf(credential, now);
  return user === undefined ? STRANGER : await visitorOf(store, user, credential);
}

/** Refuses who may not change what belongs to the entity. */
export function demandWrite(visitor: Visitor, entity: string): void {
  if (visitor.mayWrite(entity)) return;
  throw new Refusal(
    visitor.mayRead(entity)
      ? `Cannot write to the entity ${JSON.stringify(entity)}: you may read it alone`
      : `Cannot write to the entity ${JSON.stringify(entity)}: you are not a member`,
    403,
  );
}
