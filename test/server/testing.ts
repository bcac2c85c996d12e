import { readKey } from "../../src/login/login_file.ts";
import { addKey } from "../../src/server/people/login_pages.ts";
import { serve } from "../../src/server/mod.ts";
import { openData, type ServerData } from "../../src/server/open_data.ts";
import type { ServerOptions } from "../../src/server/settings.ts";
import type { Role, StoredRun } from "../../src/server/store/store.ts";

/** A server on a temporary folder, and a client of it. */
export interface TestServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly loginLink: string;
  readonly folder: string;
  /** The first user, and the key that the login file holds. */
  readonly user: string;
  readonly key: string;
  /** What the server holds, read beside it. */
  readonly data: ServerData;
  /** Lines that the server has logged. */
  readonly log: readonly string[];
  /** Adds a user with a key. */
  addUser(name: string, team?: readonly [string, Role]): Promise<string>;
  /** Runs an operation; throws what is not a 200. */
  graphql(query: string, variables?: object, key?: string): Promise<GraphqlResult>;
  /** Makes a run. */
  makeRun(id: string, input?: object): Promise<StoredRun>;
  /** Streams to a run, as the official client does. */
  stream(id: string, body: unknown, key?: string): Promise<Response>;
  /** The run as it is stored. */
  run(id: string): Promise<StoredRun>;
}

/** An answer of GraphQL. */
export interface GraphqlResult {
  // deno-lint-ignore no-explicit-any -- the shape is the query's
  readonly data: any;
  readonly errors?: readonly { message: string }[];
}

/** The header that a key is sent in. */
export function basic(key: string): Record<string, string> {
  return { authorization: `Basic ${btoa(`api:${key}`)}` };
}

/** Starts a server. */
export async function startTestServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = await Deno.makeTempDir();
  const loginFile = `${folder}/login.json`;
  const log: string[] = [];
  const server = await serve({
    port: 0,
    data: `${folder}/data`,
    loginFile,
    writeLog: (line) => log.push(line),
    ...options,
  });
  const { baseUrl } = server;
  const data = await openData(`${folder}/data`);
  const key = (await readKey(baseUrl, { path: loginFile }))!;
  const [first] = await data.store.people.list();
  const user = first!.username;

  const run = async (id: string) => {
    const found = await data.store.runs.find(user, "proj", id);
    if (found === undefined) throw new Error(`There is no run ${id}`);
    return found;
  };
  const graphql = async (query: string, variables: object = {}, by = key) => {
    const response = await fetch(`${baseUrl}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...basic(by) },
      body: JSON.stringify({ query, variables }),
    });
    const body = await response.json();
    if (response.status !== 200) throw new Error(`${response.status} ${body.error}`);
    return body as GraphqlResult;
  };
  return {
    baseUrl,
    loginLink: server.loginLink!,
    folder,
    user,
    key,
    data,
    log,
    async addUser(name, team) {
      const { store } = data;
      const added = await store.people.add({ username: name, at: Date.now() });
      if (team !== undefined) await store.people.setRole(added.key, team[0], team[1]);
      return await addKey({ store, now: Date.now }, added, "test");
    },
    graphql,
    async makeRun(id, input = {}) {
      const { errors } = await graphql(UPSERT, {
        input: { name: id, modelName: "proj", ...input },
      });
      if (errors !== undefined) throw new Error(errors[0]!.message);
      return await run(id);
    },
    stream: (id, body, by = key) =>
      fetch(`${baseUrl}/files/${user}/proj/${encodeURIComponent(id)}/file_stream`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": "wandb-core",
          ...basic(by),
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    run,
    async [Symbol.asyncDispose]() {
      await data.store.close();
      await server.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Makes or changes a run. */
export const UPSERT = `mutation UpsertBucket($input: UpsertBucketInput!) {
  upsertBucket(input: $input) {
    bucket { id name displayName config state project { name entity { name } } historyLineCount }
    inserted
  }
}`;
