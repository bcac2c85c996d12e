import { command } from "./command.ts";

let updated: Promise<boolean> | undefined;

/**
 * Installs Debian packages where that is possible: as root, with apt-get.
 *
 * @returns Null when they are installed, else why they are not.
 */
export async function installDebianPackages(packages: readonly string[]): Promise<string | null> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "apt-get needs root on Debian";
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  updated ??= command("apt-get", ["update", "-q"], { env }).then(({ success }) => success);
  // A list that could not be brought up to date may still do.
  await updated;
  const args = ["install", "-y", "-q", "--no-install-recommends", ...packages];
  const { success, text } = await command("apt-get", args, { env });
  return success ? null : `apt-get could not install ${packages.join(" ")}: ${text.slice(-400)}`;
}
