import { describe, expect, test } from "vitest";
import { RunRecord } from "../../src/run/run_record.ts";
import type { RunService, ServiceContext } from "../../src/worker/services.ts";
import { startServices } from "../../src/worker/services.ts";
import { deferredService } from "../../src/worker/deferred_service.ts";
import { startSystemService } from "../../src/worker/system_service.ts";
import { SystemLog } from "../../src/worker/system_log.ts";
import { readSystem } from "../../src/run/system_rows.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();

/** A run directory that says when its run began. */
function directoryOf(time: number): string {
  const directory = Deno.makeTempDirSync({ dir: parent });
  Deno.writeTextFileSync(`${directory}/run.jsonl`, JSON.stringify({ type: "run", time }) + "\n");
  return directory;
}

function contextOf(directory: string): ServiceContext & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return {
    directory,
    warnings,
    warn: (message) => warnings.push(message),
    report: () => {},
    ask: () => {},
    record: () => new RunRecord(),
    show: () => {},
  };
}

const later = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

describe("the system service", () => {
  const settings = { interval: 3600, nvidiaSmi: null };
  const count = (directory: string) => [...readSystem(directory).rows()].length;

  test("samples at its beginning, at each request, and at its end", async () => {
    const directory = directoryOf(Date.now() / 1000 - 100);
    const service = startSystemService(settings, contextOf(directory));
    expect(count(directory)).toBe(1);
    await later(60);
    service.receive?.({ service: "system", kind: "sample" });
    expect(count(directory)).toBe(2);
    await later(60);
    await service.close();
    expect(count(directory)).toBe(3);
    for (const { _runtime } of readSystem(directory).rows()) {
      expect(_runtime).toBeGreaterThan(99);
      expect(_runtime).toBeLessThan(200);
    }
  });

  test("takes no sample any more when it has ended", async () => {
    const directory = directoryOf(1000);
    const service = startSystemService(settings, contextOf(directory));
    await service.close();
    service.receive?.({ service: "system", kind: "sample" });
    expect(count(directory)).toBe(2);
  });

  test("startServices() starts it when it is asked for, and nothing else", async () => {
    const directory = directoryOf(1000);
    const context = contextOf(directory);
    const always = startServices({}, context);
    const services = startServices({ system: settings }, context);
    expect(services).toHaveLength(always.length + 1);
    for (const service of services) await service.close();
    expect(count(directory)).toBeGreaterThan(0);
    expect(context.warnings).toEqual([]);
  });

  test("startServices() warns of a service that cannot be started", async () => {
    const directory = directoryOf(1000);
    const context = contextOf(directory);
    for (const service of startServices({ system: { interval: -1 } }, context)) {
      await service.close();
    }
    expect(context.warnings).toEqual([
      "Cannot start system metrics: Cannot sample the system: the interval must be 0.1 to 86400 " +
      "seconds, got -1",
    ]);
  });
});

describe("deferredService()", () => {
  function recorder(events: string[]): RunService {
    return {
      receive: (request) => {
        if (request.service === "system") events.push(request.kind);
      },
      close: () => Promise.resolve(void events.push("close")),
    };
  }

  test("deferredService() keeps requests until the service is there, and closes it then", async () => {
    const events: string[] = [];
    const { promise, resolve } = Promise.withResolvers<RunService>();
    const service = deferredService({ start: () => promise, onFail: () => events.push("failed") });
    service.receive?.({ service: "system", kind: "sample" });
    const closed = service.close();
    await later(1);
    expect(events).toEqual([]);
    resolve(recorder(events));
    await closed;
    expect(events).toEqual(["sample", "close"]);
  });

  test("deferredService() tells why a service did not start, and ends without it", async () => {
    const errors: unknown[] = [];
    const error = new Error("no");
    const service = deferredService({
      start: () => Promise.reject(error),
      onFail: (error) => errors.push(error),
    });
    service.receive?.({ service: "system", kind: "sample" });
    await service.close();
    expect(errors).toEqual([error]);
  });
});

describe("SystemLog", () => {
  test("append() goes on in a directory that was removed and begun anew", () => {
    const directory = directoryOf(1000);
    const warnings: string[] = [];
    const log = new SystemLog(directory, { onWarning: (message) => warnings.push(message) });
    log.append({ "system.cpu": 1 });
    Deno.removeSync(directory, { recursive: true });
    log.append({ "system.cpu": 2 });
    Deno.mkdirSync(directory);
    log.append({ "system.cpu": 3 });
    log.close();
    expect(readSystem(directory).columns(["system.cpu"])).toEqual({ "system.cpu": [3] });
    expect(warnings).toEqual([]);
  });

  test("append() cuts half a line off first, and warns once of what it cannot write", () => {
    const directory = directoryOf(1000);
    const whole = `{"_wandb":true,"_timestamp":1001,"_runtime":1,"system.cpu":7}\n`;
    Deno.writeTextFileSync(`${directory}/system.jsonl`, whole + `{"_wandb":tr`);
    const log = new SystemLog(directory, { onWarning: () => {} });
    log.append({ "system.cpu": 8 });
    log.close();
    expect(readSystem(directory).columns(["system.cpu"])).toEqual({ "system.cpu": [7, 8] });

    const warnings: string[] = [];
    const blocked = directoryOf(1000);
    Deno.mkdirSync(`${blocked}/system.jsonl`);
    const broken = new SystemLog(blocked, { onWarning: (message) => warnings.push(message) });
    for (let i = 0; i < 3; i++) broken.append({ "system.cpu": i });
    broken.close();
    expect(warnings).toEqual([expect.stringMatching(/^Hardware samples are not recorded for now/)]);
  });
});

describe("readSystem()", () => {
  test("readSystem() passes over damaged lines, and gives what rows hold of the asked keys", () => {
    const directory = directoryOf(1000);
    const lines = [
      `{"_wandb":true,"_timestamp":1001,"_runtime":1,"system.cpu":7}`,
      `{"_wandb":true,"_timestamp":1001.2,"_runtime":1.2,"system.gpu.0.gpu":50}`,
      `half a line`,
      `{"_timestamp":"soon","_runtime":2,"system.cpu":9}`,
      `{"_wandb":true,"_timestamp":1003,"_runtime":3,"system.cpu":"x","system.disk./.usageGB":1}`,
    ];
    Deno.writeTextFileSync(`${directory}/system.jsonl`, lines.join("\n") + "\n");
    const system = readSystem(directory);
    expect(system.keys()).toEqual(["system.cpu", "system.gpu.0.gpu", "system.disk./.usageGB"]);
    expect(system.columns(["_runtime", "system.cpu"])).toEqual({
      _runtime: [1, 3],
      "system.cpu": [7, undefined],
    });
    expect(system.columns(["_runtime"])).toEqual({ _runtime: [1, 1.2, 3] });
    expect(system.columns()).toMatchObject({ "system.gpu.0.gpu": [undefined, 50, undefined] });
    expect(readSystem("/nowhere").columns(["system.cpu"])).toEqual({ "system.cpu": [] });
  });
});
