import { RUN_FILES } from "../../src/record/layout.ts";
import { Recording, syncing } from "../sync/recording.ts";
import { type Received, TestServer } from "../sync/test_server.ts";

/** What was sent to a server that is not Cellar's. */
export interface Paced {
  /** The requests of the file stream, in order. */
  readonly sent: readonly Received[];
  /** The rows that it has then, and those that were recorded. */
  readonly rows: readonly unknown[];
  readonly recorded: readonly unknown[];
}

/** Logs rows, console lines and config, all the time, until a server has got a second request. */
export async function recordPaced(directory: string): Promise<Paced> {
  const server = TestServer.start();
  server.features = [];
  try {
    const recording = new Recording(directory).log(1);
    const { sync } = syncing(recording, server.baseUrl);
    const sent = () => server.requests.filter(({ op }) => op === "file_stream");
    const until = performance.now() + 60_000;
    while (sent().length < 2 && performance.now() < until) {
      recording.log(1).line({ type: "config", set: { at: recording.rows } });
      recording.append(RUN_FILES.console, '{"time":1,"stream":"stdout","text":"line"}');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    recording.finish();
    await sync.finish(10_000);
    return { sent: sent(), rows: server.run(recording.id).rows(), recorded: recording.read() };
  } finally {
    await server.close();
  }
}
