import { serve } from "../../src/server/mod.ts";

/** A server of its own for the benches. Prints where it is, as a line of JSON, and serves on. */
const [data = Deno.makeTempDirSync(), port = "0"] = Deno.args;
const server = await serve({ data, port: Number(port), loginFile: `${data}/login.json` });
console.log(JSON.stringify({ baseUrl: server.baseUrl, pid: Deno.pid }));
