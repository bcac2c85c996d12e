import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { executeNotebook } from "../jupyter/notebook.ts";
import { RIG, setUp } from "../jupyter/setup.ts";
import { runDirectories } from "../session/script.ts";
import { TestServer } from "../sync/test_server.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();
let server: TestServer;
beforeAll(setUp, 300_000);
beforeEach(() => server = TestServer.start());
afterEach(() => server.close());

test("a cell that never awaits is delivered while it runs, and sees that it is to stop", async () => {
  const dir = Deno.makeTempDirSync({ dir: parent });
  // Somebody stops the run once its first rows have come.
  server.fault = () => {
    server.stopped = [...server.runs.values()].some((run) => run.rows().length > 0);
    return undefined;
  };
  const { outputs } = await executeNotebook([
    `import * as cellar from ${JSON.stringify(`${RIG.root}/mod.ts`)};
const run = await cellar.init({
  project: "proj", dir: ${JSON.stringify(dir)}, baseUrl: ${JSON.stringify(server.baseUrl)},
});`,
    `const end = performance.now() + 30_000;
let i = 0;
while (performance.now() < end && !run.signal.aborted) {
  run.log({ loss: 1 / ++i });
  const next = performance.now() + 5;
  while (performance.now() < next);
}
run.signal.aborted`,
    "const { sync } = await run.finish(); sync.complete",
  ]);
  expect(outputs[1]?.at(-1)?.data?.["text/plain"]).toContain("true");
  expect(outputs[2]?.at(-1)?.data?.["text/plain"]).toContain("true");
  const recorded = openRun(runDirectories(dir)[0]!);
  expect(server.run(recorded.id).rows()).toEqual([...recorded.rows()]);
  const panel = outputs[0]?.find((output) => output.data?.["text/html"])?.data?.["text/html"];
  expect(panel).toContain(`synced to ${new URL(server.baseUrl).host}`);
});
