import { expect, test } from "vitest";
import { JsonReader } from "../../../src/server/http/json_reader.ts";

/** Builds what a text says from the tokens of the reader. */
async function read(pieces: readonly string[]): Promise<unknown> {
  const reader = new JsonReader(ReadableStream.from(pieces));
  const value = async (token: string): Promise<unknown> => {
    if (token === "{") {
      const entries: [string, unknown][] = [];
      await reader.members(async (key, token) => void entries.push([key, await value(token)]));
      return Object.fromEntries(entries);
    }
    if (token === "[") {
      const list: unknown[] = [];
      while ((token = await reader.take()) !== "]") {
        if (token !== ",") list.push(await value(token));
      }
      return list;
    }
    return reader.value;
  };
  const read = await value(await reader.take());
  expect(await reader.take()).toBe("end");
  return read;
}

const TEXT = JSON.stringify(
  {
    files: {
      "a.jsonl": { offset: 12, content: ['{"x":"\\\\\\"","y":-1.5e-7}', "", ",", '","', "\\"] },
    },
    "ü🎉\u0000": [true, false, null, 0, [], {}],
  },
  null,
  1,
);

test("JsonReader reads the same, wherever a text is cut", async () => {
  for (let cut = 0; cut <= TEXT.length; cut++) {
    expect(await read([TEXT.slice(0, cut), TEXT.slice(cut)])).toEqual(JSON.parse(TEXT));
  }
  expect(await read([...TEXT])).toEqual(JSON.parse(TEXT));
});

test("JsonReader comes to the end of an empty text, which is the caller's to refuse", async () => {
  expect(await new JsonReader(ReadableStream.from([""])).take()).toBe("end");
});

test.each([
  "{",
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":"x',
  '{"a":"x\\"}',
  '{"a":tru}',
  '{"a":01}',
  "{1:2}",
  "@",
])(
  "JsonReader refuses %j",
  async (text) => {
    await expect(read([text])).rejects.toThrow("Cannot read the request: it is not JSON");
  },
);

test("JsonReader passes over what is not asked for", async () => {
  const reader = new JsonReader(ReadableStream.from(['{"a":[{"b":"]"},[1]],', '"c":2}']));
  expect(await reader.take()).toBe("{");
  const seen: unknown[] = [];
  await reader.members(async (key, token) => {
    if (key === "a") await reader.skip(token);
    else seen.push(key, reader.value);
  });
  expect(seen).toEqual(["c", 2]);
});
