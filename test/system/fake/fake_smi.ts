/**
 * A stand-in for `nvidia-smi`: replays a recording for the fields that are asked, and misbehaves
 * on request. Told by environment variables:
 *
 * - `FAKE_SMI_RECORDING`, `FAKE_SMI_APPS`: names of files in `../recordings`.
 * - `FAKE_SMI_MODE`: see `misbehave`; `FAKE_SMI_AFTER`: good answers before it (default 0).
 * - `FAKE_SMI_PID`: what stands for `@PID` in a recording of processes.
 * - `FAKE_SMI_LOG`: a file that gets a line of pid and arguments for each start.
 */
const env = (name: string): string => Deno.env.get(name) ?? "";
const encoder = new TextEncoder();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function write(data: string | Uint8Array): void {
  let rest = typeof data === "string" ? encoder.encode(data) : data;
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
  } catch {
    // What the closed pipe's signal does to a program that does not ignore it.
    Deno.exit(141);
  }
}

function recording(name: string): string {
  return Deno.readTextFileSync(new URL(`../recordings/${name}`, import.meta.url));
}

/** Field names that the header shows under another name. */
const shown: Record<string, string> = {
  "clocks.sm": "clocks.current.sm",
  "clocks.mem": "clocks.current.memory",
  "used_memory": "used_gpu_memory",
};

/** The recording's header and answers, with the asked columns only. */
function select(text: string, fields: string[]): { header: string; answers: string[] } {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const columns = head.split(", ");
  const names = columns.map((column) => column.replace(/ \[.*\]$/u, ""));
  const picked = fields.map((field) => {
    let at = names.indexOf(shown[field] ?? field);
    if (at < 0) at = names.indexOf(field.replace("throttle", "event"));
    if (at < 0) {
      write(`Field "${field}" is not a valid field to query.\n\n`);
      Deno.exit(2);
    }
    return at;
  });
  const pick = (line: string): string => {
    const cells = line.split(", ");
    return picked.map((at) => cells[at] ?? "").join(", ") + "\n";
  };
  const answers: string[] = [];
  let seen = new Set<string>();
  for (const line of lines) {
    const first = line.split(", ")[0]!;
    const begins = answers.length === 0 || (names[0] === "index" && seen.has(first));
    if (begins) {
      answers.push("");
      seen = new Set();
    }
    seen.add(first);
    answers[answers.length - 1] += pick(line);
  }
  return { header: pick(head), answers };
}

/** Does what the mode says in place of an answer; never returns for those that end. */
async function misbehave(mode: string, answer: string): Promise<void> {
  const rows = answer.trimEnd().split("\n");
  switch (mode) {
    case "exit0":
      return Deno.exit(0);
    case "exit127":
      return Deno.exit(127);
    case "die":
      return Deno.exit(3);
    case "hang":
      return await sleep(2 ** 30);
    case "slow-once":
      // All but the long-lived child take their time.
      if (!(loop > 0)) await sleep(2 ** 30);
      return write(answer);
    case "garbage":
      return write("Lorem ipsum dolor, sit amet\n<html>\n0, 1, 2\n{}\n".repeat(50));
    case "binary":
      return write(crypto.getRandomValues(new Uint8Array(4096)));
    case "half-lines":
      return write(rows.map((row) => row.slice(0, row.length / 2) + "\n").join("") + answer);
    case "long-lines":
      return write("x".repeat(1_000_000) + "\n" + answer);
    case "flood":
      for (let i = 0; i < 10_000; i++) write(answer);
      return;
    case "gone":
      return write(rows.slice(0, -1).join("\n") + "\n");
    case "driver":
      write(recording("synthetic-driver-failure.txt"));
      return Deno.exit(9);
    case "no-devices":
      write(recording("synthetic-no-devices.txt"));
      return Deno.exit(6);
    case "pieces":
      for (let at = 0; at < answer.length; at += 37) {
        write(answer.slice(at, at + 37));
        await sleep(1);
      }
      return;
    default:
      return write(answer);
  }
}

const option = (name: string): string | undefined =>
  Deno.args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);

const log = env("FAKE_SMI_LOG");
if (log !== "") {
  Deno.writeTextFileSync(log, `${Deno.pid} ${Deno.args.join(" ")}\n`, { append: true });
}
const loop = Number(option("--loop-ms") ?? 0);
const mode = env("FAKE_SMI_MODE");
const after = Number(env("FAKE_SMI_AFTER") || 0);
const gpuFields = option("--query-gpu");
const appFields = option("--query-compute-apps");

if (gpuFields !== undefined) {
  if (mode === "no-devices" || mode === "driver") await misbehave(mode, "");
  const text = recording(env("FAKE_SMI_RECORDING") || "synthetic-a100.csv");
  const { header, answers } = select(text, gpuFields.split(","));
  if (after > 0 || (mode !== "exit0" && mode !== "exit127")) write(header);
  for (let i = 0;; i++) {
    const answer = answers[i % answers.length]!;
    if (i >= after) await misbehave(mode, answer);
    else write(answer);
    if (!(loop > 0)) break;
    await sleep(loop);
  }
} else if (appFields !== undefined) {
  const text = recording(env("FAKE_SMI_APPS") || "synthetic-apps.csv");
  const { header, answers } = select(
    text.replaceAll("@PID", env("FAKE_SMI_PID") || "99999998"),
    appFields.split(","),
  );
  if (mode === "slow-once") await sleep(2 ** 30);
  write(header + (answers[0] ?? ""));
} else {
  write(recording("synthetic-plain.txt"));
}
