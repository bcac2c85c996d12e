import type { PackagesLine } from "../record/provenance_lines.ts";

/**
 * The list of packages that W&B keeps as `requirements.txt`: `name==version`, with `jsr:` before
 * those that came from there. Modules from addresses of their own are in comments, as they have
 * neither a name nor a version.
 */
export function requirements(
  { packages, remote }: Pick<PackagesLine, "packages" | "remote">,
): string {
  const lines = packages.map(({ name, version, registry }) =>
    `${registry === "npm" ? "" : `${registry}:`}${name}==${version}`
  );
  return [...lines, ...remote.map((url) => `# ${url}`)].map((line) =>
    // A name with a line break would be two.
    // deno-lint-ignore no-control-regex
    line.replace(/[\u0000-\u001f\u007f]/gu, "\ufffd") + "\n"
  ).join("");
}
