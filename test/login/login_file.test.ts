import { afterEach, beforeEach, expect, test } from "vitest";
import {
  loginFilePath,
  normalizeBaseUrl,
  readKey,
  removeKey,
  writeKey,
} from "../../src/login/login_file.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await Deno.makeTempDir();
  path = `${folder}/deep/login.json`;
});
afterEach(() => Deno.remove(folder, { recursive: true }));

test("loginFilePath() respects XDG_CONFIG_HOME, and falls back to the home directory", () => {
  const env = (values: Record<string, string>) => (name: string) => values[name];
  expect(loginFilePath(env({ XDG_CONFIG_HOME: "/x", HOME: "/h" }))).toBe("/x/cellar/login.json");
  expect(loginFilePath(env({ HOME: "/h" }))).toBe("/h/.config/cellar/login.json");
  expect(() => loginFilePath(env({}))).toThrow("Cannot find the login file");
});

test("writeKey() keeps one key a server, in a file for its owner alone", async () => {
  expect(await readKey("http://a.test", { path })).toBeUndefined();
  await writeKey("HTTP://A.test:80/", "one", { path });
  await writeKey("https://b.test/prefix/", "two", { path });
  await writeKey("http://a.test", "three", { path });
  expect(await readKey("http://a.test/", { path })).toBe("three");
  expect(await readKey("https://b.test/prefix", { path })).toBe("two");
  if (Deno.build.os !== "windows") {
    expect((await Deno.stat(path)).mode! & 0o777).toBe(0o600);
  }
  await removeKey("http://a.test", { path });
  expect(await readKey("http://a.test", { path })).toBeUndefined();
  expect(await readKey("https://b.test/prefix", { path })).toBe("two");
});

test("writeKey() loses none of the keys that are written at the same time", async () => {
  await Promise.all(
    Array.from({ length: 10 }, (_, i) => writeKey(`http://s${i}.test`, `k${i}`, { path })),
  );
  for (let i = 0; i < 10; i++) expect(await readKey(`http://s${i}.test`, { path })).toBe(`k${i}`);
});

test("normalizeBaseUrl() refuses what is not a web address", () => {
  expect(() => normalizeBaseUrl("ftp://a.test")).toThrow("it is not an http or https URL");
  expect(() => normalizeBaseUrl("a.test")).toThrow(TypeError);
});

test("readKey() says which file is damaged", async () => {
  await writeKey("http://a.test", "one", { path });
  await Deno.writeTextFile(path, "{");
  await expect(readKey("http://a.test", { path })).rejects.toThrow(path);
});
