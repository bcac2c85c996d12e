import { fromFileUrl } from "./session/paths.ts";

/** What the compiler says of a file; empty when it finds nothing wrong. */
export async function typeErrors(file: URL): Promise<string> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", fromFileUrl(file)],
    cwd: fromFileUrl(new URL("..", import.meta.url)),
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stderr);
  return code === 0 ? said : said || `deno check ended with ${code}`;
}
