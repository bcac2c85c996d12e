/** A file system that is full soon. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
}

/** Mounts a small file system; null where that is not allowed. */
export async function smallDisk(bytes: number): Promise<SmallDisk | null> {
  const path = await Deno.makeTempDir({ prefix: "cellar-test-" });
  const mount = new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path],
    stderr: "null",
  });
  const { success } = await mount.output().catch(() => ({ success: false }));
  if (!success) {
    await Deno.remove(path);
    return null;
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      await new Deno.Command("umount", { args: ["-l", path] }).output();
      await Deno.remove(path);
    },
  };
}
