/** Records 1,000 cells of 10 KB with 100 MB of outputs, as the worker does. Prints JSON. */
import { CellRecorder } from "../../src/notebook/cells/cell_recorder.ts";
import { SessionWriter } from "../../src/notebook/cells/session_writer.ts";
import { LineWriter } from "../../src/record/line_writer.ts";
import { message } from "../notebook/kernel/messages.ts";

const dir = await Deno.makeTempDir();
const record = `${dir}/cells.jsonl`;
const lines = new LineWriter(record);
const session = new SessionWriter({ record, path: `${dir}/session.ipynb`, resumed: false });
const recorder = new CellRecorder({
  append(line) {
    lines.append(JSON.stringify(line));
    session.take(line);
  },
});
const html = "<b>x</b>".repeat(12_800);
let peak = 0;
let times = 0;
for (let execution = 1; execution <= 1_000; execution++) {
  const send = (type: string, content: Record<string, unknown>) =>
    recorder.take(message(type, content, { parent: `p${execution}` }));
  const code = `// ${execution}\n`.padEnd(10_000, "x");
  const begin = performance.now();
  send("execute_input", { code, execution_count: execution });
  send("display_data", { data: { "text/html": html }, metadata: {}, transient: {} });
  send("status", { execution_state: "idle" });
  times += performance.now() - begin;
  peak = Math.max(peak, Deno.memoryUsage().rss);
  // As a kernel, it gives the collector its turns.
  if (execution % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
}
recorder.close();
session.complete();
session.close();
lines.close();
const bytes = Deno.statSync(record).size;
Deno.removeSync(dir, { recursive: true });
console.log(JSON.stringify({ peakMb: peak / 1e6, recordMb: bytes / 1e6, msACell: times / 1_000 }));
