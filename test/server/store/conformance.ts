import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  LINES_TOGETHER,
  type RunFilter,
  type RunOrder,
  type Store,
  type StoredRun,
} from "../../../src/server/store/store.ts";

/** A store for one test, and how to end it. */
export interface OpenedStore {
  readonly store: Store;
  /** Opens the same data again, as after a restart. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

/** What every store must do, whatever it keeps its rows in. */
export function storeConformance(name: string, open: () => Promise<OpenedStore>): void {
  describe(`the store on ${name}`, () => {
    let opened: OpenedStore;
    let store: Store;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    async function makeRun(id = "run1", patch = {}, at = 1000): Promise<StoredRun> {
      const { project } = await store.projects.ensure("team", "proj", at);
      const made = { username: "ada", displayName: `name of ${id}`, at };
      return (await store.runs.upsert(project.key, id, patch, made)).run;
    }

    async function texts(run: StoredRun, stream: "history" | "events" | "console") {
      return (await store.lines.read(run.key, stream)).map(({ number, text }) => [number, text]);
    }

    /** All that is known of the series of a run, but for sums: floats add up in another order. */
    async function seriesOf(run: number) {
      const all = await store.series.list(run, "history");
      return await Promise.all(all.map(async (info) => ({
        ...info,
        series: 0,
        run: 0,
        sum: 0,
        all: await store.series.points(info.series),
      })));
    }

    function cut(lines: readonly string[], size: number) {
      return Array.from({ length: Math.ceil(lines.length / size) }, (_, i) => ({
        offset: i * size,
        lines: lines.slice(i * size, (i + 1) * size),
      }));
    }

    function row(step: number, values: object = { loss: 1 / (step + 1) }): string {
      return JSON.stringify({ _step: step, _timestamp: 1000 + step / 10, ...values });
    }

    describe("people", () => {
      test("add() makes the user the owner of an entity of its name, once", async () => {
        const ada = await store.people.add({ username: "ada", email: "a@b.test", at: 5 });
        expect(ada).toMatchObject({ username: "ada", email: "a@b.test", admin: false });
        expect(await store.people.memberships(ada.key)).toEqual([{ entity: "ada", role: "owner" }]);
        await expect(store.people.add({ username: "ada", at: 6 })).rejects.toThrow("is taken");
        expect(await store.people.count()).toBe(1);
        expect(await store.people.find("ada")).toEqual(ada);
        expect(await store.people.find("eve")).toBeUndefined();
      });

      test("setRole() makes teams, changes roles and ends memberships", async () => {
        const ada = await store.people.add({ username: "ada", at: 1 });
        await store.people.setRole(ada.key, "aaa", "reader");
        await store.people.setRole(ada.key, "aaa", "member");
        expect(await store.people.memberships(ada.key)).toEqual([
          { entity: "ada", role: "owner" },
          { entity: "aaa", role: "member" },
        ]);
        await store.people.setRole(ada.key, "aaa", null);
        expect(await store.people.memberships(ada.key)).toHaveLength(1);
        expect(await store.people.hasEntity("aaa")).toBe(true);
        expect(await store.people.hasEntity("zzz")).toBe(false);
      });

      test("findKey() finds who a key belongs to until it is removed", async () => {
        const ada = await store.people.add({ username: "ada", at: 1 });
        const eve = await store.people.add({ username: "eve", at: 1 });
        const key = { hash: "h1", hint: "abc", description: "laptop", at: 3 };
        const kept = await store.people.addKey(ada.key, key);
        expect((await store.people.findKey("h1"))?.user.username).toBe("ada");
        expect(await store.people.findKey("h2")).toBeUndefined();
        expect(await store.people.keys(ada.key)).toEqual([kept]);
        expect(await store.people.removeKey(eve.key, kept.key)).toBe(false);
        expect(await store.people.removeKey(ada.key, kept.key)).toBe(true);
        expect(await store.people.findKey("h1")).toBeUndefined();
      });

      test("useKey() says when a key was used last", async () => {
        const ada = await store.people.add({ username: "ada", at: 1 });
        const key = { hash: "h1", hint: "abc", description: "laptop", at: 3 };
        const kept = await store.people.addKey(ada.key, key);
        expect(kept.usedAt).toBeNull();
        await store.people.useKey(kept.key, 7);
        expect((await store.people.findKey("h1"))!.key).toEqual({ ...kept, usedAt: 7 });
      });

      test("findSession() finds whose it is until it ends, expires, or its key is removed", async () => {
        const { people } = store;
        const ada = await people.add({ username: "ada", at: 1 });
        const key = { hash: "h1", hint: "abc", description: "laptop", at: 3 };
        const kept = await people.addKey(ada.key, key);
        const begin = (hash: string, apiKey: number | null) =>
          people.addSession(ada.key, { hash, apiKey, at: 5, expires: 10 });
        const find = async (hash: string, now: number) =>
          (await people.findSession(hash, now))?.user.username;
        await begin("s1", kept.key);
        await begin("s2", null);
        await begin("s3", null);
        expect([await find("s1", 9), await find("s1", 10)]).toEqual(["ada", undefined]);
        expect(await people.removeSession("s2")).toBe(true);
        expect(await people.removeSession("s2")).toBe(false);
        await people.removeKey(ada.key, kept.key);
        expect([await find("s1", 9), await find("s2", 9), await find("s3", 9)]).toEqual([
          undefined,
          undefined,
          "ada",
        ]);
      });

      test("userOf() knows a credential until it is revoked", async () => {
        const { people } = store;
        const ada = await people.add({ username: "ada", at: 1 });
        const key = { hash: "h1", hint: "abc", description: "laptop", at: 3 };
        const kept = await people.addKey(ada.key, key);
        await people.addSession(ada.key, { hash: "s1", apiKey: null, at: 5, expires: 10 });
        const { session } = (await people.findSession("s1", 6))!;
        expect(await people.userOf(`key-${kept.key}`, 6)).toEqual(ada);
        expect(await people.userOf(`session-${session}`, 6)).toEqual(ada);
        expect(await people.userOf(`session-${session}`, 11)).toBeUndefined();
        expect(await people.remove(ada.key)).toBe(true);
        expect(await people.remove(ada.key)).toBe(false);
        expect(await people.userOf(`key-${kept.key}`, 6)).toBeUndefined();
        expect(await people.userOf(`session-${session}`, 6)).toBeUndefined();
        expect(await people.find("ada")).toBeUndefined();
        // What was theirs is nobody else's.
        const eve = await people.add({ username: "eve", at: 1 });
        expect(eve.key).not.toBe(ada.key);
        expect(await people.hasEntity("ada")).toBe(true);
      });

      test("secret() stays the same, also after a restart", async () => {
        const secret = await store.people.secret("urls");
        expect(secret).toHaveLength(32);
        expect(await store.people.secret("urls")).toEqual(secret);
        expect(await store.people.secret("other")).not.toEqual(secret);
        store = await opened.reopen();
        expect(await store.people.secret("urls")).toEqual(secret);
      });
    });

    describe("projects", () => {
      test("ensure() makes a project once, and list() pages by activity", async () => {
        expect((await store.projects.ensure("e", "old", 1)).inserted).toBe(true);
        expect((await store.projects.ensure("e", "old", 9)).inserted).toBe(false);
        await store.projects.ensure("e", "new", 3);
        await store.projects.ensure("f", "other", 2);
        const first = await store.projects.list(["e"], { first: 1 });
        expect(first.projects.map(({ name }) => name)).toEqual(["new"]);
        expect(first.hasNextPage).toBe(true);
        const second = await store.projects.list(["e"], { first: 1, after: first.endCursor });
        expect(second.projects.map(({ name }) => name)).toEqual(["old"]);
        expect(second.hasNextPage).toBe(false);
        expect((await store.projects.list("all")).projects).toHaveLength(3);
        expect((await store.projects.list([])).projects).toHaveLength(0);
        expect(await store.projects.find("e", "other")).toBeUndefined();
      });
    });

    describe("runs", () => {
      test("upsert() makes a run, then changes what the patch names alone", async () => {
        const run = await makeRun("a", { notes: "first", tags: ["x", "y", "x"], group: "g" });
        expect(run).toMatchObject({
          id: "a",
          entity: "team",
          project: "proj",
          displayName: "name of a",
          state: "running",
          notes: "first",
          tags: ["x", "y"],
          config: "{}",
          historyLines: 0,
          lastStep: null,
          alerts: 0,
        });
        const { run: again, inserted } = await store.runs.upsert(
          run.projectKey,
          "a",
          { tags: [] },
          { username: "eve", displayName: "other", at: 2000 },
        );
        expect(inserted).toBe(false);
        expect(again).toMatchObject({ notes: "first", tags: [], username: "ada", createdAt: 1000 });
        expect(await store.runs.find("team", "proj", "a")).toEqual(again);
        expect(await store.runs.get(run.key)).toEqual(again);
        expect(await store.runs.find("team", "proj", "b")).toBeUndefined();
      });

      test("update() of a run that is gone is undefined", async () => {
        expect(await store.runs.update(99, { notes: "n" })).toBeUndefined();
      });

      test("markSilent() marks running runs alone, and preempting ones as preempted", async () => {
        const running = await makeRun("a");
        const finished = await makeRun("b", { state: "finished" });
        const preempting = await makeRun("c", { state: "preempting" });
        const alive = await makeRun("d", { heartbeatAt: 5000 });
        expect(await store.runs.markSilent(2000)).toBe(2);
        const states = await Promise.all(
          [running, finished, preempting, alive].map(async ({ key }) =>
            (await store.runs.get(key))?.state
          ),
        );
        expect(states).toEqual(["crashed", "finished", "preempted", "running"]);
      });

      test("delete() takes all that belongs to the run, and nothing of others", async () => {
        const [a, b] = [await makeRun("a", { config: '{"lr":{"value":1}}' }), await makeRun("b")];
        for (const run of [a, b]) {
          await store.lines.write(run.key, [
            { stream: "history", offset: 0, lines: [row(0)] },
          ], { summary: '{"loss":1}', tags: ["t"] });
          const file = { path: "f", size: 1, sha256: "00", md5: "", updatedAt: 1 };
          await store.files.put(run.key, file);
        }
        const { entity, project } = a;
        expect(await store.runs.wasDeleted(entity, project, "a")).toBe(false);
        expect(await store.runs.delete(a.key)).toBe(true);
        expect(await store.runs.delete(a.key)).toBe(false);
        expect(await store.runs.wasDeleted(entity, project, "a")).toBe(true);
        expect(await store.runs.wasDeleted(entity, project, "b")).toBe(false);
        expect(await store.runs.wasDeleted(entity, "other", "a")).toBe(false);
        expect(await store.runs.get(a.key)).toBeUndefined();
        expect(await texts(a, "history")).toEqual([]);
        expect(await store.series.list(a.key, "history")).toEqual([]);
        expect(await store.files.count(a.key)).toEqual({ files: 0, bytes: 0 });
        expect(await texts(b, "history")).toHaveLength(1);
        expect(await store.series.list(b.key, "history")).toHaveLength(2);
        expect(await store.lines.write(a.key, [])).toBe(false);
        await expect(
          store.files.put(a.key, { path: "f", size: 1, sha256: "00", md5: "", updatedAt: 1 }),
        ).rejects.toThrow("its run is gone");
        // The id is free again, and the new run is another one.
        expect((await makeRun("a")).key).not.toBe(a.key);
      });
    });

    describe("alerts", () => {
      const alert = { title: "loss is NaN", text: "at 3", level: "ERROR", at: 5000 } as const;

      test("addAlert() keeps an alert, counts it, and tells who watches", async () => {
        const run = await makeRun();
        const changes: unknown[] = [];
        store.watch((change) => changes.push(change));
        expect(await store.runs.addAlert(run.key, alert)).toBe(true);
        expect(await store.runs.alerts(run.key, 10)).toEqual([alert]);
        expect((await store.runs.get(run.key))?.alerts).toBe(1);
        expect(changes).toEqual([{ kind: "run", run: run.key, project: run.projectKey }]);
        expect(await store.runs.addAlert(run.key + 1, alert)).toBe(false);
      });

      test("addAlert() keeps one of a title in a while, and one of a sender's name for good", async () => {
        const run = await makeRun();
        const add = (at: number, sameness = {}, of = run) =>
          store.runs.addAlert(of.key, { ...alert, at }, sameness);
        expect(await add(5000, { wait: 100 })).toBe(true);
        expect(await add(5050, { wait: 100 })).toBe(false);
        expect(await add(5100, { wait: 100 })).toBe(true);
        expect(await add(5100)).toBe(true);
        expect(await add(5100, { id: "7:1" })).toBe(true);
        expect(await add(9_999_999, { id: "7:1" })).toBe(false);
        expect(await add(5100, { id: "8:1" })).toBe(true);
        expect(await add(5100, { id: "7:1" }, await makeRun("run2"))).toBe(true);
        expect((await store.runs.get(run.key))?.alerts).toBe(5);
        expect(await store.runs.alerts(run.key, 10)).toHaveLength(5);
        await store.runs.delete(run.key);
        expect(await store.runs.alerts(run.key, 10)).toEqual([]);
      });

      test("addAlert() keeps one of a content for good, where that is asked for", async () => {
        const run = await makeRun();
        const add = (text: string, level: "WARN" | "ERROR" = "ERROR") =>
          store.runs.addAlert(run.key, { ...alert, text, level }, { wait: 100, byContent: true });
        expect(await add("a")).toBe(true);
        expect(await add("a")).toBe(false);
        expect(await add("b")).toBe(true);
        expect(await add("a", "WARN")).toBe(true);
      });
    });

    describe("queries", () => {
      const config = (values: object) =>
        JSON.stringify(
          Object.fromEntries(Object.entries(values).map(([k, value]) => [k, { value }])),
        );

      async function seed() {
        await makeRun("a", {
          state: "finished",
          tags: ["base", "v1"],
          group: "g1",
          config: config({ lr: 0.1, net: { act: "relu" }, flag: true, none: null }),
          summary: '{"loss":0.5,"best":{"max":3},"_wandb":{"runtime":1}}',
          heartbeatAt: 11_000,
        }, 1000);
        await makeRun("b", {
          state: "failed",
          tags: ["v1"],
          config: config({ lr: 0.01, net: { act: "gelu" }, flag: false }),
          summary: '{"loss":"NaN"}',
        }, 2000);
        await makeRun("c", {
          state: "running",
          group: "g2",
          notes: "Try 100% more_data",
          config: config({ lr: "auto" }),
          summary: '{"loss":0.25}',
        }, 3000);
      }

      async function ids(filter?: RunFilter, order?: RunOrder): Promise<string> {
        const { project } = await store.projects.ensure("team", "proj", 0);
        const query = {
          project: project.key,
          ...(filter && { filter }),
          ...(order && { order }),
        };
        const page = await store.runs.list(query);
        expect(await store.runs.count(project.key, filter)).toBe(page.edges.length);
        return page.edges.map(({ run }) => run.id).join("");
      }

      const lr = { scope: "config", path: "lr" } as const;
      const loss = { scope: "summary", path: "loss" } as const;
      const state = { scope: "run", name: "state" } as const;
      const tags = { scope: "run", name: "tags" } as const;

      test.each<[string, RunFilter, string]>([
        ["a column", { op: "eq", field: state, value: "finished" }, "a"],
        ["a configuration value", { op: "eq", field: lr, value: 0.1 }, "a"],
        ["texts apart from numbers", { op: "gt", field: lr, value: 0 }, "ab"],
        ["a nested text", {
          op: "eq",
          field: { scope: "config", path: "net.act" },
          value: "gelu",
        }, "b"],
        ["a boolean", { op: "eq", field: { scope: "config", path: "flag" }, value: true }, "a"],
        ["null, or nothing there", {
          op: "eq",
          field: { scope: "config", path: "none" },
          value: null,
        }, "abc"],
        ["what exists", { op: "exists", field: { scope: "config", path: "none" } }, "a"],
        ["an object that exists", { op: "exists", field: { scope: "config", path: "net" } }, "ab"],
        ["what is not", { op: "not", of: { op: "eq", field: lr, value: 0.1 } }, "bc"],
        ["a null column's negation", {
          op: "not",
          of: { op: "eq", field: { scope: "run", name: "group" }, value: "g1" },
        }, "bc"],
        ["a summary value", { op: "lte", field: loss, value: 0.25 }, "c"],
        ["a nested summary value", {
          op: "gte",
          field: { scope: "summary", path: "best.max" },
          value: 3,
        }, "a"],
        ["a tag", { op: "eq", field: tags, value: "v1" }, "ab"],
        ["some tags", { op: "in", field: tags, values: ["base", "none"] }, "a"],
        ["no value of a list", { op: "in", field: lr, values: [] }, ""],
        ["a regular expression", {
          op: "regex",
          field: { scope: "run", name: "displayName" },
          pattern: "of [ac]$",
        }, "ac"],
        ["a regular expression on a tag", { op: "regex", field: tags, pattern: "^ba" }, "a"],
        ["a text with signs of LIKE", {
          op: "contains",
          field: { scope: "run", name: "notes" },
          text: "100% MORE_",
        }, "c"],
        ["no text by those signs", {
          op: "contains",
          field: { scope: "run", name: "notes" },
          text: "_%_",
        }, ""],
        ["a duration in seconds", {
          op: "gt",
          field: { scope: "run", name: "duration" },
          value: 9.5,
        }, "a"],
        ["a time", { op: "lt", field: { scope: "run", name: "createdAt" }, value: 2000 }, "a"],
        ["all of some", {
          op: "and",
          of: [{ op: "exists", field: lr }, { op: "eq", field: state, value: "failed" }],
        }, "b"],
        ["one of some", {
          op: "or",
          of: [{ op: "eq", field: lr, value: "auto" }, { op: "eq", field: state, value: "failed" }],
        }, "bc"],
        ["all of none", { op: "and", of: [] }, "abc"],
      ])("list() finds runs by %s", async (_title, filter, expected) => {
        await seed();
        expect(await ids(filter)).toBe(expected);
      });

      test.each<[RunOrder, string]>([
        [{ field: { scope: "run", name: "createdAt" }, descending: true }, "cba"],
        [{ field: { scope: "run", name: "group" }, descending: false }, "acb"],
        [{ field: { scope: "run", name: "group" }, descending: true }, "cab"],
        [{ field: lr, descending: false }, "bac"],
        [{ field: lr, descending: true }, "cab"],
        [{ field: loss, descending: false }, "cab"],
        [{ field: { scope: "summary", path: "best.max" }, descending: true }, "acb"],
        [{ field: { scope: "run", name: "duration" }, descending: true }, "acb"],
      ])("list() orders by %j, what lacks it last", async (order, expected) => {
        await seed();
        expect(await ids(undefined, order)).toBe(expected);
      });

      test("list() pages through all runs, also when some come and go meanwhile", async () => {
        for (let i = 0; i < 25; i++) {
          await makeRun(`r${i}`, i % 5 === 0 ? {} : { summary: `{"loss":${i % 7}}` }, 1000 + i);
        }
        const { project } = await store.projects.ensure("team", "proj", 0);
        for (const descending of [false, true]) {
          const seen: string[] = [];
          let after: string | null = null;
          do {
            const page = await store.runs.list({
              project: project.key,
              order: { field: loss, descending },
              first: 4,
              after,
            });
            seen.push(...page.edges.map(({ run }) => run.id));
            after = page.hasNextPage ? page.endCursor : null;
            await makeRun(`new${descending}${seen.length}`, { summary: '{"loss":-1}' }, 1);
          } while (after !== null);
          const old = seen.filter((id) => id.startsWith("r"));
          expect(new Set(old).size).toBe(25);
          expect(old).toHaveLength(25);
        }
      });

      test("list() refuses bombs: deep, wide, long, and cursors of others", async () => {
        await seed();
        let deep: RunFilter = { op: "exists", field: lr };
        for (let i = 0; i < 100; i++) deep = { op: "not", of: deep };
        await expect(ids(deep)).rejects.toThrow("Cannot filter runs");
        const wide = { op: "or", of: Array(1000).fill({ op: "exists", field: lr }) } as const;
        await expect(ids(wide)).rejects.toThrow("Cannot filter runs");
        const pattern = "a".repeat(1000);
        await expect(ids({ op: "regex", field: lr, pattern })).rejects.toThrow(SyntaxError);
        await expect(ids({ op: "regex", field: lr, pattern: "(" })).rejects.toThrow(SyntaxError);
        const { project } = await store.projects.ensure("team", "proj", 0);
        await expect(store.runs.list({ project: project.key, after: "!" })).rejects.toThrow(
          "Cannot go on after the cursor",
        );
      });

      test("list() matches hostile regular expressions in no time", async () => {
        await makeRun("a", { notes: "a".repeat(5000) + "!" });
        const started = performance.now();
        const field = { scope: "run", name: "notes" } as const;
        expect(await ids({ op: "regex", field, pattern: "^(a+)+$" })).toBe("");
        // A backtracking engine needs longer than the universe is old.
        expect(performance.now() - started).toBeLessThan(10_000);
      });

      test("fields() counts the paths of a project", async () => {
        await seed();
        const { project } = await store.projects.ensure("team", "proj", 0);
        expect(await store.runs.fields(project.key, "config", 3)).toEqual([
          { path: "lr", runs: 3 },
          { path: "flag", runs: 2 },
          { path: "net.act", runs: 2 },
        ]);
      });

      test("update() of a configuration forgets the fields that it no longer has", async () => {
        await seed();
        const run = await store.runs.find("team", "proj", "a");
        await store.runs.update(run!.key, { config: config({ other: 1 }) });
        expect(await ids({ op: "exists", field: lr })).toBe("bc");
      });
    });

    describe("lines", () => {
      test("write() keeps lines by number, and the same lines again change nothing", async () => {
        const run = await makeRun();
        const lines = Array.from({ length: 3000 }, (_, i) => row(i));
        await store.lines.write(run.key, [{ stream: "history", offset: 0, lines }]);
        const series = await store.series.list(run.key, "history");
        await store.lines.write(run.key, [
          { stream: "history", offset: 500, lines: lines.slice(500, 2500) },
        ]);
        expect(await texts(run, "history")).toEqual(lines.map((line, i) => [i, line]));
        expect(await store.series.list(run.key, "history")).toEqual(series);
        const stored = await store.runs.get(run.key);
        expect(stored).toMatchObject({ historyLines: 3000, lastStep: 2999 });
      });

      test("write() a line at a time makes the same series as all at once", async () => {
        const [one, all] = [await makeRun("one"), await makeRun("all")];
        const lines = Array.from({ length: 1100 }, (_, i) => row(i, { loss: Math.sin(i) }));
        for (const [i, line] of lines.entries()) {
          await store.lines.write(one.key, [{ stream: "history", offset: i, lines: [line] }]);
        }
        await store.lines.write(all.key, [{ stream: "history", offset: 0, lines }]);
        expect(await seriesOf(one.key)).toEqual(await seriesOf(all.key));
        expect(await texts(one, "history")).toEqual(await texts(all, "history"));
      });

      test("collect() writes all that was added at once, as write() does a few at a time", async () => {
        const [one, all] = [await makeRun("one"), await makeRun("all")];
        const lines = Array.from({ length: 2500 }, (_, i) =>
          row(i, {
            loss: Math.sin(i),
            ...(i % 7 === 0 && { "now.and.then": i, now: { and: { then: -1 } } }),
            ...(i > 900 && i < 1900 && { late: i }),
            ...(i % 500 === 0 && { image: { _type: "image-file" } }),
          }));
        const batch = store.lines.collect(all.key);
        for (const part of cut(lines, 300)) batch.add({ stream: "history", ...part });
        batch.add({ stream: "console", offset: 0, lines: ["epoch 1"] });
        expect(await texts(all, "history")).toEqual([]);
        expect(await batch.write({ notes: "changed" })).toBe(true);
        expect(await batch.write()).toBe(true);
        for (const { offset, lines: part } of cut(lines, 23)) {
          await store.lines.write(one.key, [{ stream: "history", offset, lines: part }]);
        }
        expect(await store.runs.get(all.key)).toMatchObject({
          historyLines: 2500,
          consoleLines: 1,
          lastStep: 2499,
          notes: "changed",
        });
        expect(await texts(all, "history")).toEqual(lines.map((line, i) => [i, line]));
        const [a, b] = await Promise.all([one, all].map(({ key }) => seriesOf(key)));
        expect(a!.length).toBe(5);
        expect(b).toEqual(a);
      });

      test("collect() is full at a round number of lines, or with very long ones", async () => {
        const run = await makeRun();
        const fullAt = (characters: number) => {
          const batch = store.lines.collect(run.key);
          const line = `{"text":"${"x".repeat(characters)}"}`;
          for (let offset = 0;; offset++) {
            if (batch.isFull) return offset;
            batch.add({ stream: "history", offset, lines: [line] });
          }
        };
        expect(fullAt(1500) % LINES_TOGETHER).toBe(0);
        expect(fullAt(1e6)).toBeLessThan(10);
      });

      test("write() of other lines replaces them, and their points", async () => {
        const run = await makeRun();
        const write = (offset: number, lines: string[]) =>
          store.lines.write(run.key, [{ stream: "history", offset, lines }]);
        await write(0, Array.from({ length: 2500 }, (_, i) => row(i, { loss: i, old: 1 })));
        await write(1000, Array.from({ length: 100 }, (_, i) => row(1000 + i, { loss: -5 })));
        const [loss] = await store.series.find([run.key], "history", ["loss"]);
        expect(loss).toMatchObject({ count: 2500, min: -5, max: 2499, monotonic: false });
        const { lines, values } = await store.series.points(loss!.series);
        expect(Array.from(lines)).toEqual(Array.from({ length: 2500 }, (_, i) => i));
        expect(values[999]).toBe(999);
        expect(values[1000]).toBe(-5);
        expect(values[1100]).toBe(1100);
        const [old] = await store.series.find([run.key], "history", ["old"]);
        expect(old).toMatchObject({ count: 2400 });
      });

      test("write() leaves gaps where lines are missing, and fills them later", async () => {
        const run = await makeRun();
        const write = (offset: number, lines: string[]) =>
          store.lines.write(run.key, [{ stream: "history", offset, lines }]);
        await write(10, [row(10), row(11)]);
        expect(await texts(run, "history")).toEqual([[10, row(10)], [11, row(11)]]);
        expect((await store.runs.get(run.key))?.historyLines).toBe(12);
        await write(0, Array.from({ length: 5 }, (_, i) => row(i)));
        await write(5, Array.from({ length: 5 }, (_, i) => row(5 + i)));
        expect(await texts(run, "history")).toEqual(
          Array.from({ length: 12 }, (_, i) => [i, row(i)]),
        );
        const [loss] = await store.series.find([run.key], "history", ["loss"]);
        const { lines } = await store.series.points(loss!.series);
        expect(Array.from(lines)).toEqual(Array.from({ length: 12 }, (_, i) => i));
        expect(loss).toMatchObject({ count: 12, sorted: true, first: 1, last: 1 / 12 });
      });

      test("write() in any order and overlap ends at what was written last", async () => {
        const run = await makeRun();
        const expected = new Map<number, string>();
        let seed = 7;
        const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
        for (let i = 0; i < 60; i++) {
          const offset = random(3000);
          const lines = Array.from(
            { length: 1 + random(400) },
            (_, k) => row(offset + k, { [`k${random(3)}`]: i }),
          );
          for (const [k, line] of lines.entries()) expected.set(offset + k, line);
          await store.lines.write(run.key, [{ stream: "history", offset, lines }]);
        }
        const sorted = [...expected].sort(([a], [b]) => a - b);
        expect(await texts(run, "history")).toEqual(sorted);
        for (const key of ["k0", "k1", "k2"]) {
          const [info] = await store.series.find([run.key], "history", [key]);
          const points = await store.series.points(info!.series);
          const rows = sorted.flatMap(([line, text]) => {
            const value = JSON.parse(text)[key];
            return value === undefined ? [] : [[line, value]];
          });
          expect(Array.from(points.lines, (line, i) => [line, points.values[i]])).toEqual(rows);
          const values = rows.map(([, value]) => value as number);
          expect(info).toMatchObject({
            count: rows.length,
            min: Math.min(...values),
            max: Math.max(...values),
            sum: values.reduce((a, b) => a + b),
          });
        }
      });

      test("write() keeps what is no JSON, and reads NaN and the infinities", async () => {
        const run = await makeRun();
        const lines = [
          '{"_step":0,"a":NaN,"b":-Infinity,"s":"NaN, said \\"Infinity\\""}',
          "not json",
          "[1]",
          '{"_step":3,\n"a":2,"b":"Infinity","n":null,"t":true}',
        ];
        await store.lines.write(run.key, [{ stream: "history", offset: 0, lines }]);
        expect(await texts(run, "history")).toEqual([
          [0, '{"_step":0,"a":"NaN","b":"-Infinity","s":"NaN, said \\"Infinity\\""}'],
          [1, "not json"],
          [2, "[1]"],
          [3, '{"_step":3, "a":2,"b":"Infinity","n":null,"t":true}'],
        ]);
        const series = await store.series.list(run.key, "history");
        expect(series.map(({ key, kind, count }) => [key, kind, count])).toEqual([
          ["a", "number", 2],
          ["b", "number", 2],
          ["s", "string", 1],
          ["t", "number", 1],
        ]);
        expect(series[0]).toMatchObject({ nonFinite: 1, min: 2, max: 2, first: null, last: 2 });
        const { values } = await store.series.points(series[1]!.series);
        expect(Array.from(values)).toEqual([-Infinity, Infinity]);
      });

      test("write() flattens nested values, and says what is not a number", async () => {
        const run = await makeRun();
        const image = { _type: "image-file", path: "media/images/x.png" };
        const line = row(0, {
          a: { b: { c: 1 } },
          img: image,
          list: [1],
          deep: { h: { _type: "histogram" } },
        });
        await store.lines.write(run.key, [{ stream: "history", offset: 0, lines: [line] }]);
        const series = await store.series.list(run.key, "history");
        expect(series.map(({ key, kind }) => `${key} ${kind}`)).toEqual([
          "_timestamp number",
          "a.b.c number",
          "deep.h histogram",
          "img image-file",
          "list list",
        ]);
        const img = series.find(({ key }) => key === "img");
        expect(await store.series.points(img!.series)).toMatchObject({
          lines: Float64Array.of(0),
          values: new Float64Array(),
        });
      });

      test("names with any characters stay apart, and none ends at a NUL", async () => {
        const run = await makeRun("a", { notes: "one\0two", displayName: "n\0m" });
        expect(run).toMatchObject({ notes: "one\ufffdtwo", displayName: "n\ufffdm" });
        const lines = [row(0, { "x\0y": 1, "x\0z": 2, x: 3 }), row(1, { "x\0y": 4 })];
        await store.lines.write(run.key, [{ stream: "history", offset: 0, lines }]);
        const again = await opened.reopen();
        await again.lines.write(run.key, [
          { stream: "history", offset: 2, lines: [row(2, { "x\0z": 5 })] },
        ]);
        const series = await again.series.list(run.key, "history");
        expect(series.map(({ key, count, last }) => [key, count, last])).toEqual([
          ["_timestamp", 3, expect.any(Number)],
          ["x", 1, 3],
          ["x\ufffdy", 2, 4],
          ["x\ufffdz", 2, 5],
        ]);
        expect(await again.series.find([run.key], "history", ["x\0y"])).toHaveLength(1);
      });

      test("write() keeps console lines with any characters, and overwrites them", async () => {
        const run = await makeRun();
        const lines = ["plain", "", "two\nlines", "\u001b[31mred", "ü🎉", "\ud800 alone", "a\0b"];
        await store.lines.write(run.key, [{ stream: "console", offset: 0, lines }]);
        await store.lines.write(run.key, [{ stream: "console", offset: 1, lines: ["bar 100%"] }]);
        expect((await texts(run, "console")).map(([, text]) => text)).toEqual([
          "plain",
          "bar 100%",
          "two\nlines",
          "\u001b[31mred",
          "ü🎉",
          "\ufffd alone",
          "a\0b",
        ]);
      });

      test("write() of several streams and a patch is one change", async () => {
        const run = await makeRun();
        const changes: string[] = [];
        const stop = store.watch(({ kind, run }) => changes.push(`${kind} ${run}`));
        const written = await store.lines.write(run.key, [
          { stream: "history", offset: 0, lines: [row(0)] },
          { stream: "events", offset: 0, lines: ['{"_timestamp":5.5,"system.cpu":7}'] },
          { stream: "console", offset: 0, lines: ["hello"] },
        ], { summary: '{"loss":1}', state: "finished", exitCode: 0 });
        stop();
        await store.runs.update(run.key, { notes: "unseen" });
        expect(written).toBe(true);
        expect(changes).toEqual([`lines ${run.key}`]);
        expect(await store.runs.get(run.key)).toMatchObject({
          historyLines: 1,
          eventLines: 1,
          consoleLines: 1,
          state: "finished",
          exitCode: 0,
          summary: '{"loss":1}',
        });
        const [cpu] = await store.series.find([run.key], "events", ["system.cpu"]);
        expect(cpu).toMatchObject({ xMin: 5.5, xMax: 5.5, last: 7 });
      });

      test("read() finds ranges of lines and of steps", async () => {
        const run = await makeRun();
        const lines = Array.from({ length: 5000 }, (_, i) => row(i * 2));
        await store.lines.write(run.key, [{ stream: "history", offset: 0, lines }]);
        const numbers = async (range: object) =>
          (await store.lines.read(run.key, "history", range)).map(({ number }) => number);
        expect(await numbers({ from: 4998 })).toEqual([4998, 4999]);
        expect(await numbers({ from: 10, to: 13 })).toEqual([10, 11, 12]);
        expect(await numbers({ xFrom: 2000, xTo: 2006 })).toEqual([1000, 1001, 1002]);
        expect(await numbers({ from: 1000, limit: 2 })).toEqual([1000, 1001]);
        const tail = await store.lines.tail(run.key, "history", 700);
        expect(tail.map(({ number }) => number)).toEqual(
          Array.from({ length: 700 }, (_, i) => 4300 + i),
        );
        expect(await store.lines.tail(run.key, "history", 0)).toEqual([]);
      });

      test("truncate() forgets lines and their points from a line on", async () => {
        const run = await makeRun();
        const lines = Array.from({ length: 3000 }, (_, i) => row(i));
        await store.lines.write(run.key, [{ stream: "history", offset: 0, lines }]);
        await store.lines.truncate(run.key, "history", 1500);
        expect(await texts(run, "history")).toHaveLength(1500);
        expect(await store.runs.get(run.key)).toMatchObject({ historyLines: 1500, lastStep: 1499 });
        const [loss] = await store.series.find([run.key], "history", ["loss"]);
        expect(loss).toMatchObject({ count: 1500, last: 1 / 1500, lastLine: 1499 });
        await store.lines.truncate(run.key, "history", 0);
        expect(await store.series.list(run.key, "history")).toEqual([]);
        expect(await store.runs.get(run.key)).toMatchObject({ historyLines: 0, lastStep: null });
      });
    });

    describe("copies", () => {
      test("copy() gives a run the lines of another before one, as if it had written them", async () => {
        const [parent, child, model] = [
          await makeRun(),
          await makeRun("run2"),
          await makeRun("run3"),
        ];
        const lines = Array.from(
          { length: 2500 },
          (_, i) =>
            row(i, {
              loss: i / 7,
              ...(i % 3 === 0 && { "val/acc": i }),
              ...(i > 1800 && { late: 1 }),
            }),
        );
        await store.lines.write(parent.key, [{ stream: "history", offset: 0, lines }]);
        await store.lines.copy(parent.key, child.key, "history", 1700);
        const part = { stream: "history", offset: 0, lines: lines.slice(0, 1700) } as const;
        await store.lines.write(model.key, [part]);
        expect(await texts(child, "history")).toEqual(await texts(model, "history"));
        expect(await store.runs.get(child.key)).toMatchObject({
          historyLines: 1700,
          lastStep: 1699,
        });
        const seriesOf = async ({ key }: StoredRun) =>
          (await store.series.list(key, "history")).map(({ series: _, run: __, ...info }) => info);
        expect(await seriesOf(child)).toEqual(await seriesOf(model));
        // Each goes on by itself.
        const next = { stream: "history", offset: 1700, lines: [row(1700, { loss: -1 })] } as const;
        for (const run of [child, model]) await store.lines.write(run.key, [next]);
        expect(await seriesOf(child)).toEqual(await seriesOf(model));
        expect((await store.runs.get(parent.key))?.historyLines).toBe(2500);
        expect((await store.lines.read(parent.key, "history")).map(({ text }) => text)).toEqual(
          lines,
        );
        // A run that has lines keeps them.
        await store.lines.copy(parent.key, child.key, "history", 10);
        expect((await store.runs.get(child.key))?.historyLines).toBe(1701);
      });
    });

    describe("series", () => {
      test("chunks() and points() answer for ranges of steps and lines", async () => {
        const run = await makeRun();
        const lines = Array.from(
          { length: 5000 },
          (_, i) => row(i * 10, { v: i === 3333 ? 1e9 : i }),
        );
        await store.lines.write(run.key, [{ stream: "history", offset: 0, lines }]);
        const [v] = await store.series.find([run.key], "history", ["v"]);
        const chunks = await store.series.chunks([v!.series]);
        expect(chunks.map(({ count }) => count)).toEqual([1024, 1024, 1024, 1024, 904]);
        expect(Math.max(...chunks.map(({ max }) => max!))).toBe(1e9);
        expect(chunks[1]).toMatchObject({ firstLine: 1024, xMin: 10240, first: 1024, last: 2047 });
        const zoomed = await store.series.chunks([v!.series], { xFrom: 33_000, xTo: 34_000 });
        expect(zoomed).toHaveLength(1);
        const points = await store.series.points(v!.series, { xFrom: 33_320, xTo: 33_340 });
        expect(Array.from(points.x)).toEqual([33_320, 33_330, 33_340]);
        expect(Array.from(points.values)).toEqual([3332, 1e9, 3334]);
        const byLine = await store.series.points(v!.series, { lineFrom: 4998 });
        expect(Array.from(byLine.lines)).toEqual([4998, 4999]);
      });

      test("points() gives steps that repeat and fall as they came", async () => {
        const run = await makeRun();
        const lines = [row(0), row(1), row(0), row(1), row(2)];
        await store.lines.write(run.key, [{ stream: "history", offset: 0, lines }]);
        const [loss] = await store.series.find([run.key], "history", ["loss"]);
        expect(loss).toMatchObject({ sorted: false, xMin: 0, xMax: 2, count: 5 });
        const { x } = await store.series.points(loss!.series);
        expect(Array.from(x)).toEqual([0, 1, 0, 1, 2]);
      });

      test("find() answers for many runs at once", async () => {
        const runs: number[] = [];
        for (let i = 0; i < 5; i++) {
          const run = await makeRun(`r${i}`);
          runs.push(run.key);
          await store.lines.write(run.key, [{ stream: "history", offset: 0, lines: [row(i)] }]);
        }
        const found = await store.series.find([...runs, 999], "history", ["loss", "nope"]);
        expect(found.map(({ run, xMin }) => [run, xMin])).toEqual(runs.map((key, i) => [key, i]));
      });
    });

    describe("files", () => {
      test("put() replaces a file of the same path, list() pages, remove() removes", async () => {
        const run = await makeRun();
        const put = (path: string, sha256: string) =>
          store.files.put(run.key, { path, size: 3, sha256, md5: "m", updatedAt: 7 });
        await put("b.txt", "h1");
        await put("a.txt", "h2");
        await put("media/c.png", "h2");
        await put("b.txt", "h3");
        const first = await store.files.list(run.key, { first: 2 });
        expect(first.files.map(({ path }) => path)).toEqual(["a.txt", "b.txt"]);
        expect(first.files[1]).toMatchObject({ sha256: "h3", size: 3 });
        const second = await store.files.list(run.key, { first: 2, after: first.endCursor });
        expect(second).toMatchObject({ files: [{ path: "media/c.png" }], hasNextPage: false });
        const byPattern = await store.files.list(run.key, { pattern: "media/%" });
        expect(byPattern.files).toHaveLength(1);
        const byName = await store.files.list(run.key, { names: ["a.txt", "x"] });
        expect(byName.files.map(({ path }) => path)).toEqual(["a.txt"]);
        expect(await store.files.count(run.key)).toEqual({ files: 3, bytes: 9 });
        expect(await store.files.unreferenced(["h1", "h2", "h3"])).toEqual(["h1"]);
        const file = await store.files.find(run.key, "a.txt");
        expect(await store.files.remove(file!.key)).toBe(true);
        expect(await store.files.remove(file!.key)).toBe(false);
        expect(await store.files.get(file!.key)).toBeUndefined();
      });
    });

    test("a store that is opened again holds all that was written", async () => {
      const run = await makeRun("kept", { notes: "n" });
      await store.lines.write(run.key, [{ stream: "history", offset: 0, lines: [row(0)] }]);
      store = await opened.reopen();
      expect(await store.runs.find("team", "proj", "kept")).toMatchObject({ historyLines: 1 });
      expect(await texts(run, "history")).toEqual([[0, row(0)]]);
      expect(await store.size()).toMatchObject({ runs: 1, running: 1 });
    });
  });
}
