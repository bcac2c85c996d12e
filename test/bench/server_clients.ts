/**
 * Clients that send rows as fast as the server takes them, in bodies of 9 MB:
 * `server_clients.ts BASE_URL KEY CLIENTS ROWS KEYS` prints how long it took until all were
 * acknowledged. The bodies are made before, and are the same for all clients: the server's work is
 * what is measured.
 */

const [baseUrl, key, ...counts] = Deno.args;
const [clients = 0, rows = 0, keys = 0] = counts.map(Number);
const headers = { authorization: `Basic ${btoa(`api:${key}`)}` };
const BODY = 9e6;

async function post(path: string, body: object | Uint8Array<ArrayBuffer>): Promise<unknown> {
  const response = await fetch(baseUrl + path, {
    method: "POST",
    headers,
    body: body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok || answer.errors) throw new Error(JSON.stringify(answer));
  return answer;
}

async function client(number: number) {
  const created = await post("/graphql", {
    query: `mutation U($name: String) { upsertBucket(input: {name: $name, modelName: "bench"}) {
      bucket { name project { name entity { name } } } } }`,
    variables: { name: `client-${number}` },
    // deno-lint-ignore no-explicit-any -- the shape is the query's
  }) as any;
  const { name, project } = created.data.upsertBucket.bucket;
  const path = `/files/${project.entity.name}/${project.name}/${name}/file_stream`;
  for (const body of bodies) await post(path, body);
  await post(path, { complete: true, exitcode: 0 });
}

function row(step: number): string {
  const runtime = step * 0.01;
  let line = `{"_step":${step},"_timestamp":${1795e6 + runtime},"_runtime":${runtime}`;
  for (let i = 0; i < keys; i++) line += `,"metric_${i}":${Math.random()}`;
  return line + "}";
}

function makeBodies(): Uint8Array<ArrayBuffer>[] {
  const made = [];
  for (let offset = 0; offset < rows;) {
    const content: string[] = [];
    for (let size = 0; size < BODY && offset + content.length < rows;) {
      const line = row(offset + content.length);
      content.push(line);
      size += line.length;
    }
    const body = JSON.stringify({ files: { "wandb-history.jsonl": { offset, content } } });
    made.push(new TextEncoder().encode(body));
    offset += content.length;
  }
  return made;
}

const bodies = makeBodies();
const started = performance.now();
await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
const seconds = (performance.now() - started) / 1000;
const gauge = async (name: string) => {
  const metrics = await (await fetch(`${baseUrl}/metrics`, { headers })).text();
  return Number(new RegExp(`^${name} (\\S+)`, "m").exec(metrics)?.[1]);
};
const memory = await gauge("cellar_memory_bytes");
// The database's log is emptied once it is at rest.
await new Promise((resolve) => setTimeout(resolve, 3000));
console.log(JSON.stringify({ seconds, memory, bytes: await gauge("cellar_database_bytes") }));
