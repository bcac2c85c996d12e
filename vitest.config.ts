import { defineConfig } from "vitest/config";

export default defineConfig({
  // vitest resolves as Node does, and does not read deno.json's imports.
  resolve: { alias: { "@std/fs": new URL("./src/std_fs.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.ts"],
    globals: false,
    // The suite shares two cores with real kernels and a browser.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    // A kernel or a browser that a busy machine starves is given another chance; what is wrong fails
    // again.
    retry: Deno.env.get("CI") ? 1 : 0,
  },
});
