/** The text of a recording. */
export function recording(name: string): string {
  return Deno.readTextFileSync(new URL(`./recordings/${name}`, import.meta.url));
}
