import { RIG } from "./rig.ts";

/** Writes the kernel spec of the Deno that runs this program. */
export async function ensureKernelSpec(onStep: (line: string) => void): Promise<void> {
  const directory = `${RIG.home}/share/jupyter/kernels/deno`;
  const path = `${directory}/kernel.json`;
  const spec = JSON.stringify({
    argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
  });
  if (await Deno.readTextFile(path).catch(() => "") === spec) return;
  await Deno.mkdir(directory, { recursive: true });
  // Renamed into place: another test run may be reading it.
  await Deno.writeTextFile(`${path}.${Deno.pid}`, spec);
  await Deno.rename(`${path}.${Deno.pid}`, path);
  onStep(`kernel: ${Deno.execPath()}`);
}
