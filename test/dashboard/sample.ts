import type { StoredRun } from "../../src/server/store/store.ts";
import type { PagesServer } from "./server.ts";

/** Fills a server with what people have: some projects, many runs, one of them in full. */
export async function fillSample(pages: PagesServer): Promise<StoredRun> {
  const random = randomNumbers(7);
  const now = Date.now();
  const names = ["amber", "brisk", "calm", "dusk", "early", "faint", "gentle", "hazel", "indigo"];
  const nouns = ["harbor", "meadow", "lantern", "river", "summit", "valley"];
  for (let i = 0; i < 64; i++) {
    const lr = 10 ** (-1 - Math.floor(random() * 4));
    const loss = 0.05 + random() * 0.6;
    const state = i === 2 ? "failed" : i === 7 ? "crashed" : i === 0 ? "running" : "finished";
    await pages.run({ id: `run${String(i).padStart(3, "0")}` }, {
      displayName: `${names[i % 9]}-${nouns[i % 6]}-${64 - i}`,
      state,
      at: now - i * 5_400_000 - 600_000,
      heartbeatAt: now - i * 5_400_000,
      tags: i % 3 === 0 ? ["baseline"] : i % 7 === 0 ? ["wide", "augmented"] : [],
      config: {
        lr,
        model: ["resnet", "mlp", "vit"][i % 3],
        batch_size: 32 * (1 + i % 3),
        epochs: 20,
        optimizer: { name: "adam", beta1: 0.9 },
      },
      summary: {
        loss,
        "val/loss": loss * 1.2,
        "val/acc": 1 - loss / 2,
        _runtime: 200 + random() * 4_000,
        _step: 2_000,
      },
    });
  }
  for (const [project, description] of PROJECTS) {
    await pages.run({ project, id: "first" }, { state: "finished", at: now - 86_400_000 * 9 });
    const found = await pages.store.projects.find("team", project);
    await pages.store.projects.describe(found!.key, description);
  }
  await pages.run({ entity: "ada", project: "scratch", id: "try-1" }, { state: "finished" });
  return await fillRun(pages, now, random);
}

const PROJECTS = [
  ["translation", "Small transformers on WMT14, for the talk in March"],
  ["diffusion-ablation", "What each part of the noise schedule is worth"],
] as const;

async function fillRun(
  pages: PagesServer,
  now: number,
  random: () => number,
): Promise<StoredRun> {
  const start = now / 1000 - 2_400;
  const run = await pages.run({ id: "k3v9q2xa" }, {
    displayName: "gentle-harbor-65",
    state: "running",
    at: start * 1000,
    heartbeatAt: now,
    tags: ["baseline", "augmented"],
    notes:
      "Same as the last one, with warmup. If the validation loss still rises after epoch 12,\n" +
      "the augmentation is to blame.",
    host: "workstation-3",
    program: "train.ts",
    commit: "8c1f0de39b1c7a0e6e6f5b1c2d3e4f5a6b7c8d9e",
    repo: "https://github.com/ada/mnist.git",
    config: {
      lr: 0.001,
      model: "resnet",
      batch_size: 64,
      epochs: 20,
      warmup: 500,
      optimizer: { name: "adam", beta1: 0.9, beta2: 0.999 },
      _wandb: { m: [{ "1": "epoch", "6": [3], "7": [] }, { "2": "val/*", "5": 1, "6": [1] }] },
    },
    summary: {
      "train/loss": 0.0412,
      "val/loss": 0.071,
      "val/acc": 0.9812,
      best_epoch: 17,
      checkpoint: "model-17.safetensors",
    },
  });
  const rows: Record<string, unknown>[] = [];
  for (let step = 0; step < 4_000; step++) {
    const noise = random() - 0.5;
    const decay = Math.exp(-step / 900);
    rows.push({
      _timestamp: start + step * 0.6,
      "train/loss": step === 2_310 ? 3.1 : 0.05 + 2.2 * decay + noise * 0.3 * (0.2 + decay),
      "train/acc": Math.min(1, 1 - 0.6 * decay + noise * 0.05),
      "train/grad_norm": Math.exp(noise * 1.5) * (0.4 + decay),
      lr: 0.001 * Math.min(1, step / 500) * (0.5 + 0.5 * Math.cos(step / 4_000 * Math.PI)),
      throughput: step > 1_200 && step < 1_260 ? "NaN" : 1_800 + noise * 200 - step / 40,
      _cell: step < 1_500 ? 4 : 6,
      ...(step % 200 === 199
        ? {
          epoch: (step + 1) / 200,
          "val/loss": 0.08 + 1.8 * Math.exp(-step / 700) + noise * 0.03 + step / 80_000,
          "val/acc": 0.98 - 0.5 * Math.exp(-step / 600) + noise * 0.01,
        }
        : {}),
    });
  }
  await pages.log(run, rows);
  await pages.store.lines.write(run.key, [{
    stream: "events",
    offset: 0,
    lines: systemRows(start, random),
  }]);
  await pages.store.lines.write(run.key, [{
    stream: "console",
    offset: 0,
    lines: consoleLines(start),
  }]);
  await pages.file(run, "wandb-metadata.json", JSON.stringify(METADATA));
  await pages.file(run, "code/_session_history.ipynb", JSON.stringify(notebook(start)));
  await pages.file(run, "diff.patch", DIFF);
  await pages.file(run, "config.yaml", "lr:\n  value: 0.001\n");
  await pages.file(run, "requirements.txt", "@tensorflow/tfjs==4.22.0\nmnist==1.1.0\n");
  return (await pages.store.runs.get(run.key))!;
}

function systemRows(start: number, random: () => number): string[] {
  return Array.from({ length: 160 }, (_, i) =>
    JSON.stringify({
      _wandb: true,
      _timestamp: start + i * 15,
      _runtime: i * 15,
      "system.gpu.0.gpu": 70 + random() * 28,
      "system.gpu.1.gpu": i < 40 ? 0 : 60 + random() * 30,
      "system.gpu.0.memoryAllocatedBytes": 2 ** 30 * (14 + Math.min(6, i / 8)),
      "system.gpu.1.memoryAllocatedBytes": 2 ** 30 * (i < 40 ? 0.5 : 12),
      "system.gpu.0.powerWatts": 240 + random() * 60,
      "system.gpu.0.temp": 52 + 12 * (1 - Math.exp(-i / 20)),
      "system.cpu": 140 + random() * 60,
      "system.memory_percent": 41 + i / 40,
      "system.proc.memory.rssMB": 2_100 + i * 3,
      "system.network.recv": i * 1_200_000,
      "system.network.sent": i * 90_000,
    }));
}

function consoleLines(start: number): string[] {
  return Array.from({ length: 420 }, (_, i) => {
    const time = new Date((start + i * 5) * 1000).toISOString().replace("Z", "");
    if (i === 380) return `ERROR ${time} warning: the learning rate is below 1e-5`;
    const loss = (0.05 + 2.2 * Math.exp(-i / 90)).toFixed(4);
    return `${time} epoch ${Math.floor(i / 20)} batch ${
      i % 20 * 10
    }  loss \u001b[32m${loss}\u001b[0m`;
  });
}

const METADATA = {
  os: "Linux-6.8.0-x86_64",
  deno: "2.9.6",
  program: "train.ts",
  host: "workstation-3",
  cpu_count: 16,
  cpu_count_logical: 32,
  gpu: "NVIDIA H100",
  gpu_count: 2,
  memory: { total: String(2 ** 30 * 256) },
  git: { remote: "https://github.com/ada/mnist.git", commit: "8c1f0de39b1c7a0e" },
};

function notebook(start: number): unknown {
  const cell = (execution: number, source: string, took: number, outputs: unknown[] = []) => ({
    cell_type: "code",
    id: `cell-${execution}`,
    execution_count: execution,
    source,
    outputs,
    metadata: {
      execution: {
        "iopub.execute_input": new Date((start + execution * 60) * 1000).toISOString(),
        "iopub.status.idle": new Date((start + execution * 60 + took) * 1000).toISOString(),
      },
    },
  });
  const text = (text: string) => ({ output_type: "stream", name: "stdout", text });
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      cell(
        1,
        `import * as cellar from "@cellar/cellar";\nimport * as tf from "@tensorflow/tfjs";`,
        1.4,
      ),
      cell(
        3,
        `// Digits as tensors, once.\nconst digits = load("mnist", { limit: 60_000 });\n` +
          `console.log(digits.shape);`,
        3.2,
        [text("[ 60000, 784 ]\n")],
      ),
      cell(
        4,
        `for (let step = 0; step < 1500; step++) {\n  const { loss, acc } = await train(digits.batch(64));\n` +
          '  cellar.log({ "train/loss": loss, "train/acc": acc });\n}',
        911,
        [text("epoch 7, loss 0.412\n")],
      ),
      cell(5, `await evaluate(model, "holdout");`, 0.3, [{
        output_type: "error",
        ename: "TypeError",
        evalue: "Cannot read properties of undefined (reading 'shape')",
        traceback: [],
      }]),
      cell(6, `for await (const batch of digits.batches(64)) await train(batch);`, 1_400),
    ],
  };
}

const DIFF = `diff --git a/train.ts b/train.ts
index 3f1c2a9..9b0d1e4 100644
--- a/train.ts
+++ b/train.ts
@@ -12,9 +12,11 @@ const model = resnet({ layers: 18 });
 const optimizer = adam({ beta1: 0.9 });
 
-const schedule = constant(0.001);
+// Warm up before the cosine: the first steps were unstable.
+const schedule = warmup(500, cosine(0.001, 4_000));
 
 for (let step = 0; step < 4_000; step++) {
   const batch = digits.batch(64);
-  const loss = await train(batch);
+  const loss = await train(batch, { lr: schedule(step) });
   cellar.log({ "train/loss": loss });
 }
`;

/** The same numbers each time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
