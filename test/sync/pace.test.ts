import { expect, test } from "vitest";
import { tempDir } from "../temp.ts";
import { Recording, syncing, until } from "./recording.ts";
import { TestServer } from "./test_server.ts";

const parent = tempDir();

test(
  "RunSync keeps 15 s between requests to other servers, and each brings all that has come",
  async () => {
    await using server = TestServer.start();
    server.features = [];
    const recording = new Recording(Deno.makeTempDirSync({ dir: parent })).log(1);
    const { sync } = syncing(recording, server.baseUrl);
    const sent = () => server.requests.filter(({ op }) => op === "file_stream");
    await until(() => sent().length === 1);
    const [first] = sent();
    while (sent().length === 1) {
      // Rows, console lines and config, as a run has them all the time.
      recording.log(1).line({
        type: "config",
        config: { at: recording.rows },
        time: recording.time,
      });
      recording.append("console.jsonl", '{"time":1,"stream":"stdout","text":"line"}');
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(performance.now() - first!.at).toBeLessThan(40_000);
    }
    const [, second] = sent();
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(14_900);
    const { content } = second!.json.files!["wandb-history.jsonl"]!;
    expect(content.length).toBeGreaterThan(5);
    recording.finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: true, left: 0 });
    expect(sent()).toHaveLength(3);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  },
  90_000,
);
