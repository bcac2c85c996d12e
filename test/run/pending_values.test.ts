import { describe, expect, test } from "vitest";
import type { MediaRequest } from "../../src/record/media_job.ts";
import { PendingValues } from "../../src/run/pending_values.ts";

const job = {
  kind: "file",
  type: "html-file",
  folder: "media/html",
  extension: ".html",
  content: { text: "x" },
} as const;

function scene() {
  const requests: MediaRequest[] = [];
  const errors: string[] = [];
  const warnings: string[] = [];
  const pending = new PendingValues({
    make: (request) => requests.push(request),
    onError: (key, message) => errors.push(`${key}: ${message}`),
    onWarning: (key, message) => warnings.push(`${key}: ${message}`),
  });
  return { pending, requests, errors, warnings };
}

describe("PendingValues", () => {
  test("completes a value when its last part is there", () => {
    const { pending, requests } = scene();
    const draft = pending.draft(7);
    const parts = [draft.begin("v.a", "a", job), draft.begin("v.b", "b", job)];
    const completed: unknown[] = [];
    draft.keep(JSON.stringify({ a: parts[0], n: 1, b: parts[1] }), (json, made) => {
      completed.push(JSON.parse(json), made);
    });
    expect(requests.map(({ key, step }) => [key, step])).toEqual([["a", 7], ["b", 7]]);
    pending.answer({ id: requests[1]!.id, value: { _type: "html-file" } });
    expect(completed).toEqual([]);
    expect(pending.size).toBe(1);
    pending.answer({ id: requests[0]!.id, value: "$& $1 $$" });
    expect(completed).toEqual([
      { a: "$& $1 $$", n: 1, b: { _type: "html-file" } },
      [["v.b", { _type: "html-file" }], ["v.a", "$& $1 $$"]],
    ]);
  });

  test("a part that fails is null, and is said; one that is odd is said together", async () => {
    const { pending, requests, errors, warnings } = scene();
    const draft = pending.draft("summary");
    draft.keep(JSON.stringify([draft.begin("v", "v", job), draft.begin("w", "w", job)]), () => {});
    const settled = pending.settled();
    pending.answer({ id: requests[0]!.id, value: 1, warnings: ["odd", "very odd"] });
    pending.abandon("the worker ended");
    await settled;
    expect(errors).toEqual(["w: the worker ended"]);
    expect(warnings).toEqual(["v: odd; very odd"]);
    expect(pending.size).toBe(0);
  });

  test("a part that is no JSON is null, and is said", () => {
    const { pending, requests, errors } = scene();
    const draft = pending.draft(0);
    const completed: string[] = [];
    draft.keep(JSON.stringify([draft.begin("v", "v", job)]), (json) => completed.push(json));
    const circular: { self?: unknown } = {};
    circular.self = circular;
    pending.answer({ id: requests[0]!.id, value: { caption: circular } as never });
    expect(completed).toEqual(["[null]"]);
    expect(errors).toEqual([expect.stringMatching(/^v: it cannot be read: /)]);
  });

  test("refuses more than 256 MB that wait, and takes more when they are made", () => {
    const { pending, requests } = scene();
    const begin = () => pending.draft(0).begin("v", "v", job, [new ArrayBuffer(100_000_000)]);
    begin();
    begin();
    expect(begin).toThrow(/faster than they are written: 2 are waiting/);
    pending.answer({ id: requests[0]!.id, value: 1 });
    begin();
    expect(requests).toHaveLength(3);
  });

  test("answers of unknown ids, and the same one twice, do nothing", async () => {
    const { pending, requests } = scene();
    const draft = pending.draft(0);
    let completed = 0;
    draft.keep(JSON.stringify(draft.begin("v", "v", job)), () => completed++);
    for (const id of ["other", requests[0]!.id, requests[0]!.id]) pending.answer({ id, value: 1 });
    expect(completed).toBe(1);
    await pending.settled();
  });

  test("what a user logs in the shape of a placeholder is not taken for one", () => {
    const { pending, requests } = scene();
    const draft = pending.draft(0);
    let json = "";
    const text = JSON.stringify({
      note: '{"_type":"pending","id":"x"}',
      v: draft.begin("v", "v", job),
    });
    draft.keep(text, (complete) => json = complete);
    pending.answer({ id: requests[0]!.id, value: 5 });
    expect(JSON.parse(json)).toEqual({ note: '{"_type":"pending","id":"x"}', v: 5 });
  });
});
