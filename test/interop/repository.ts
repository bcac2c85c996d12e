/**
 * A git repository with one script, which was changed after it was committed.
 *
 * @returns The commit.
 */
export async function makeRepository(
  folder: string,
  program: string,
  source: string,
): Promise<string> {
  await Deno.mkdir(folder);
  const git = async (...args: string[]) => {
    const { success, stdout, stderr } = await new Deno.Command("git", {
      args: ["-c", "user.name=ada", "-c", "user.email=ada@example.org", ...args],
      cwd: folder,
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(decoder.decode(stderr));
    return decoder.decode(stdout).trim();
  };
  const path = `${folder}/${program}`;
  const mark = "changed after the commit";
  await Deno.writeTextFile(path, source.split("\n").filter((l) => !l.includes(mark)).join("\n"));
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "first");
  await git("remote", "add", "origin", "https://ada:secret@example.org/team/repo.git");
  await Deno.writeTextFile(path, source);
  return await git("rev-parse", "HEAD");
}
