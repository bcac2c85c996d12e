import { expect, test } from "vitest";
import { processTree, treeMemory } from "./process_tree.ts";

test.runIf(Deno.build.os === "linux")(
  "processTree() and treeMemory() find what a process has started",
  async () => {
    const shell = new Deno.Command("sh", {
      args: ["-c", "sleep 60 & echo started; wait"],
      stdout: "piped",
    }).spawn();
    const reader = shell.stdout.getReader();
    await reader.read();
    const tree = processTree(shell.pid);
    const memory = treeMemory(shell.pid);
    for (const pid of tree.toReversed()) Deno.kill(pid, "SIGKILL");
    await shell.status;
    await reader.cancel();
    expect(tree).toHaveLength(2);
    expect(memory).toBeGreaterThan(10_000);
    expect(treeMemory(shell.pid)).toBeNaN();
  },
);
