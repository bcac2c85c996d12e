import type { ApiKey, Credential, Member, PeopleStore, Role, User } from "../people.ts";
import type { Database, Queries } from "./database.ts";

interface PersonRow {
  key: number;
  username: string;
  email: string;
  admin: number;
  created_at: number;
}

interface KeyRow {
  key: number;
  person: number;
  hint: string;
  description: string;
  created_at: number;
  used_at: number | null;
}

/** Users, entities and keys in SQL. */
export class SqlPeopleStore implements PeopleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async count(): Promise<number> {
    const row = await this.#database.first<{ n: number }>("SELECT COUNT(*) AS n FROM person");
    return row?.n ?? 0;
  }

  add(
    user: { username: string; email?: string; admin?: boolean; at: number },
  ): Promise<User> {
    return this.#database.transaction(async (queries) => {
      const taken = await queries.first(
        "SELECT key FROM person WHERE username = ?",
        user.username,
      ) ?? await queries.first("SELECT key FROM entity WHERE name = ?", user.username);
      if (taken !== undefined) {
        throw new Error(`Cannot add the user ${JSON.stringify(user.username)}: the name is taken`);
      }
      const row = await queries.first<PersonRow>(
        "INSERT INTO person (username, email, admin, created_at) VALUES (?, ?, ?, ?) RETURNING *",
        user.username,
        user.email ?? "",
        Number(user.admin ?? false),
        user.at,
      );
      const person = toUser(row!);
      await setRole(queries, person.key, user.username, "owner");
      return person;
    });
  }

  remove(user: number): Promise<boolean> {
    return this.#database.transaction(async (queries) => {
      for (const table of ["session", "api_key", "member"]) {
        await queries.run(`DELETE FROM ${table} WHERE person = ?`, user);
      }
      return await queries.run("DELETE FROM person WHERE key = ?", user) > 0;
    });
  }

  async list(): Promise<User[]> {
    const rows = await this.#database.all<PersonRow>("SELECT * FROM person ORDER BY username");
    return rows.map(toUser);
  }

  async find(username: string): Promise<User | undefined> {
    const row = await this.#database.first<PersonRow>(
      "SELECT * FROM person WHERE username = ?",
      username,
    );
    return row && toUser(row);
  }

  async get(user: number): Promise<User | undefined> {
    const sql = "SELECT * FROM person WHERE key = ?";
    const row = await this.#database.first<PersonRow>(sql, user);
    return row && toUser(row);
  }

  async memberships(user: number): Promise<Member[]> {
    const rows = await this.#database.all<{ entity: string; role: Role }>(
      `SELECT e.name AS entity, m.role FROM member m
        JOIN entity e ON e.key = m.entity JOIN person p ON p.key = m.person
        WHERE m.person = ?
        ORDER BY CASE WHEN e.name = p.username THEN 0 ELSE 1 END, e.name`,
      user,
    );
    return rows.map(({ entity, role }) => ({ entity, role }));
  }

  setRole(user: number, entity: string, role: Role | null): Promise<void> {
    return this.#database.transaction((queries) => setRole(queries, user, entity, role));
  }

  async hasEntity(entity: string): Promise<boolean> {
    const row = await this.#database.first("SELECT key FROM entity WHERE name = ?", entity);
    return row !== undefined;
  }

  addKey(
    user: number,
    key: { hash: string; hint: string; description: string; at: number },
  ): Promise<ApiKey> {
    return this.#database.transaction(async (queries) => {
      const row = await queries.first<KeyRow>(
        `INSERT INTO api_key (person, hash, hint, description, created_at)
          VALUES (?, ?, ?, ?, ?) RETURNING *`,
        user,
        key.hash,
        key.hint,
        key.description,
        key.at,
      );
      return toKey(row!);
    });
  }

  async findKey(hash: string): Promise<{ user: User; key: ApiKey } | undefined> {
    const key = await this.#database.first<KeyRow>("SELECT * FROM api_key WHERE hash = ?", hash);
    const user = key && await this.get(key.person);
    return user && { user, key: toKey(key) };
  }

  async useKey(key: number, at: number): Promise<void> {
    await this.#database.run("UPDATE api_key SET used_at = ? WHERE key = ?", at, key);
  }

  async keys(user: number): Promise<ApiKey[]> {
    const rows = await this.#database.all<KeyRow>(
      "SELECT * FROM api_key WHERE person = ? ORDER BY key",
      user,
    );
    return rows.map(toKey);
  }

  removeKey(user: number, key: number): Promise<boolean> {
    return this.#database.transaction(async (queries) => {
      await queries.run("DELETE FROM session WHERE person = ? AND api_key = ?", user, key);
      const sql = "DELETE FROM api_key WHERE person = ? AND key = ?";
      return await queries.run(sql, user, key) > 0;
    });
  }

  addSession(
    user: number,
    session: { hash: string; apiKey: number | null; at: number; expires: number },
  ): Promise<void> {
    const { hash, apiKey, at, expires } = session;
    return this.#database.transaction(async (queries) => {
      await queries.run("DELETE FROM session WHERE expires_at < ?", at);
      await queries.run(
        `INSERT INTO session (person, api_key, hash, created_at, expires_at)
          VALUES (?, ?, ?, ?, ?)`,
        user,
        apiKey,
        hash,
        at,
        expires,
      );
    });
  }

  async findSession(
    hash: string,
    now: number,
  ): Promise<{ user: User; session: number } | undefined> {
    const row = await this.#database.first<{ key: number; person: number }>(
      "SELECT key, person FROM session WHERE hash = ? AND expires_at > ?",
      hash,
      now,
    );
    const user = row && await this.get(row.person);
    return user && { user, session: row.key };
  }

  async removeSession(hash: string): Promise<boolean> {
    return await this.#database.run("DELETE FROM session WHERE hash = ?", hash) > 0;
  }

  async userOf(credential: Credential, now: number): Promise<User | undefined> {
    const [kind, key] = credential.split("-");
    const row = await this.#database.first<PersonRow>(
      kind === "key"
        ? "SELECT p.* FROM api_key c JOIN person p ON p.key = c.person WHERE c.key = ?"
        : `SELECT p.* FROM session c JOIN person p ON p.key = c.person
          WHERE c.key = ? AND c.expires_at > ?`,
      Number(key),
      ...(kind === "key" ? [] : [now]),
    );
    return row && toUser(row);
  }

  useOnce(nonce: string, expires: number, now: number): Promise<boolean> {
    return this.#database.transaction(async (queries) => {
      await queries.run("DELETE FROM used_nonce WHERE expires_at < ?", now);
      const sql = "INSERT INTO used_nonce VALUES (?, ?) ON CONFLICT (nonce) DO NOTHING";
      return await queries.run(sql, nonce, expires) > 0;
    });
  }

  secret(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#database.transaction(async (queries) => {
      await queries.run(
        "INSERT INTO secret VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        name,
        crypto.getRandomValues(new Uint8Array(32)),
      );
      const row = await queries.first<{ value: Uint8Array }>(
        "SELECT value FROM secret WHERE name = ?",
        name,
      );
      return new Uint8Array(row!.value);
    });
  }
}

/** The number of an entity, which is made when there is none. */
export async function ensureEntity(queries: Queries, name: string): Promise<number> {
  await queries.run("INSERT INTO entity (name) VALUES (?) ON CONFLICT (name) DO NOTHING", name);
  const row = await queries.first<{ key: number }>("SELECT key FROM entity WHERE name = ?", name);
  return row!.key;
}

async function setRole(queries: Queries, user: number, name: string, role: Role | null) {
  const entity = await ensureEntity(queries, name);
  if (role === null) {
    await queries.run("DELETE FROM member WHERE person = ? AND entity = ?", user, entity);
    return;
  }
  await queries.run(
    `INSERT INTO member (person, entity, role) VALUES (?, ?, ?)
      ON CONFLICT (person, entity) DO UPDATE SET role = excluded.role`,
    user,
    entity,
    role,
  );
}

function toUser({ key, username, email, admin, created_at }: PersonRow): User {
  return { key, username, email, admin: admin !== 0, createdAt: created_at };
}

function toKey({ key, person, hint, description, created_at, used_at }: KeyRow): ApiKey {
  return { key, user: person, hint, description, createdAt: created_at, usedAt: used_at };
}
