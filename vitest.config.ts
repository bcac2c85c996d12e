import { defineConfig } from "vitest/config";

export default defineConfig({
  // vitest resolves as Node does, and does not read deno.json's imports.
  resolve: { alias: { "@std/fs": new URL("./src/std_fs.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.ts"],
    globals: false,
    // Most tests wait for others most of the time: kernels, a browser, servers, what is killed. Two
    // files at once leave the cores with less to wait for, and no test without a core.
    maxWorkers: 2,
    // Of a file whose tests run side by side, each of which starts a kernel.
    maxConcurrency: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A kernel or a browser that a busy machine starves is given another chance; what is wrong fails
    // again.
    retry: Deno.env.get("CI") ? 1 : 0,
  },
});
