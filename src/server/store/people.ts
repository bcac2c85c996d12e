/** What a member of an entity may do: manage it, write runs, or read alone. */
export type Role = "owner" | "member" | "reader";

/** A person, or a machine with a name. */
export interface User {
  readonly key: number;
  readonly username: string;
  readonly email: string;
  /** May add users, and sees every entity. */
  readonly admin: boolean;
  readonly createdAt: number;
}

/** A user's place in an entity. */
export interface Member {
  readonly entity: string;
  readonly role: Role;
}

/** An API key, without the key: only its hash is kept. */
export interface ApiKey {
  readonly key: number;
  readonly user: number;
  /** Its first characters, to tell keys apart. */
  readonly hint: string;
  readonly description: string;
  readonly createdAt: number;
  /** When it was used last, to a minute; null when it never was. */
  readonly usedAt: number | null;
}

/**
 * What shows who somebody is: an API key or a browser's session, by its number. What is made with
 * one, such as the address of a file, holds as long as it does.
 */
export type Credential = `key-${number}` | `session-${number}`;

/** Users, the entities that they belong to, and their keys. */
export interface PeopleStore {
  /** How many users there are. */
  count(): Promise<number>;

  /**
   * Adds a user, the entity of the same name, and the user as its owner.
   *
   * @throws {Error} When the name is taken.
   */
  add(user: { username: string; email?: string; admin?: boolean; at: number }): Promise<User>;

  /**
   * Forgets a user, with their keys, sessions and places in entities. The entity of their name stays,
   * with its runs.
   *
   * @returns Whether there was one.
   */
  remove(user: number): Promise<boolean>;

  /** All users by name. */
  list(): Promise<User[]>;

  /** A user by name. */
  find(username: string): Promise<User | undefined>;

  /** A user by number. */
  get(user: number): Promise<User | undefined>;

  /** Entities that the user belongs to; the user's own comes first. */
  memberships(user: number): Promise<Member[]>;

  /** Makes the user a member of the entity, which is made when there is none; null ends it. */
  setRole(user: number, entity: string, role: Role | null): Promise<void>;

  /** Whether an entity of that name exists. */
  hasEntity(entity: string): Promise<boolean>;

  /** Keeps the hash of a key. */
  addKey(
    user: number,
    key: { hash: string; hint: string; description: string; at: number },
  ): Promise<ApiKey>;

  /** The key of that hash, and whose it is. */
  findKey(hash: string): Promise<{ user: User; key: ApiKey } | undefined>;

  /** Notes that a key was used. */
  useKey(key: number, at: number): Promise<void>;

  /** Keys of a user. */
  keys(user: number): Promise<ApiKey[]>;

  /** Forgets a key, and the sessions that it has begun. */
  removeKey(user: number, key: number): Promise<boolean>;

  /**
   * Keeps the hash of what a browser shows from now on.
   *
   * @param session.apiKey The key that it was begun with; null when there was none.
   */
  addSession(
    user: number,
    session: { hash: string; apiKey: number | null; at: number; expires: number },
  ): Promise<void>;

  /** The number of the session of that hash, and whose it is, unless it has expired. */
  findSession(hash: string, now: number): Promise<{ user: User; session: number } | undefined>;

  /** Ends a session. */
  removeSession(hash: string): Promise<boolean>;

  /** Whose a credential is; undefined once it was revoked, or has expired. */
  userOf(credential: Credential, now: number): Promise<User | undefined>;

  /**
   * Uses up what may be used once.
   *
   * @param expires When it could not be used any more anyway.
   * @returns Whether it had not been used before.
   */
  useOnce(nonce: string, expires: number, now: number): Promise<boolean>;

  /** A secret of this server, made on first use: it signs URLs and sessions. */
  secret(name: string): Promise<Uint8Array<ArrayBuffer>>;
}
