import { describe, expect, test } from "vitest";
import { packLines, unpackLines } from "../../../src/server/store/sql/line_codec.ts";
import { parseRow } from "../../../src/server/store/extended_json.ts";
import { randomNumbers } from "../charts/store.ts";

const asRows = (texts: readonly string[]) =>
  texts.map((text) => ({ text, row: parseRow(text).row }));

function bytesOf(texts: readonly string[]): number {
  const packed = packLines(asRows(texts), true);
  expect(unpackLines(packed)).toEqual(texts);
  return packed.length;
}

describe("packLines()", () => {
  test("gives back each letter, also of what is not JSON, or was written by other languages", () => {
    bytesOf([
      '{"_step":0,"loss":0.5}',
      '{"_step":1,"loss":0.25}',
      '{"loss":1.7955047688565204e+09,"_step":2}',
      '{"loss":1e-07,"a":1e-7,"b":1.50,"c":5.0,"d":-0,"e":-0.0,"f":1E5,"g":+1,"h":01,"i":1.}',
      '{"big":123456789012345678901234567890,"none":null,"yes":true,"s":"a:1,b:[2]","n":"NaN"}',
      '{"list":[1,2,[3.5,{"x":-4}],"5"],"nested":{"a":{"b":1}},"a":1,"a":2}',
      '{ "spaced" : 1 , "x":2 }',
      "{}",
      "",
      "{",
      ",1,2,",
      "7",
      "-",
      " {",
      "not json",
      '{"_step":3,"loss":0.125}',
      '{"__proto__":1,"1":2,"toJSON":3}',
      '{"ü\\u00fc":1,"\u2028":2}',
    ]);
    bytesOf([]);
  });

  test("gives back random lines in any order of keys", () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = randomNumbers(seed);
    const pick = (n: number) => Math.floor(random() * n);
    const parts = [
      '"a":',
      '"b":',
      "1",
      "-2.5",
      "1e+05",
      "1e-7",
      "3.0",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"x"',
      " ",
      ".",
    ];
    for (let trial = 0; trial < 400; trial++) {
      const texts = Array.from(
        { length: pick(20) },
        () => Array.from({ length: pick(12) }, () => parts[pick(parts.length)]!).join(""),
      );
      const packed = packLines(asRows(texts), true);
      expect(unpackLines(packed), `seed ${seed}, trial ${trial}`).toEqual(texts);
    }
  });

  test("packs numbers of rows as small as their series", () => {
    const random = randomNumbers(5);
    const rows = (make: (i: number) => object) =>
      bytesOf(Array.from({ length: 500 }, (_, i) => JSON.stringify(make(i)))) / 500;
    expect(rows((i) => ({ _step: i, _timestamp: 1_790_000_000 + i / 4 }))).toBeLessThan(0.5);
    expect(rows((i) => ({ _step: i, a: +random().toFixed(3), b: pick100(random) }))).toBeLessThan(
      4,
    );
    let clock = 0;
    const clocks = (i: number) => {
      clock += random() / 50;
      return { _step: i, _runtime: +clock.toFixed(9), _timestamp: 1_790_000_000 + clock };
    };
    expect(rows(clocks)).toBeLessThan(4);
    const shuffled = (i: number) => {
      const entries = [["_step", i], ["a", Math.random()], ["b", Math.random()]] as const;
      return Object.fromEntries(entries.toSorted(() => random() - 0.5));
    };
    expect(rows(shuffled)).toBeLessThan(17);
  });

  test("keeps line breaks of console lines", () => {
    const texts = ["a\nb", "c", ""];
    expect(unpackLines(packLines(texts.map((text) => ({ text })), false))).toEqual(texts);
  });
});

const pick100 = (random: () => number) => Math.floor(random() * 100);

describe("unpackLines()", () => {
  test("reads blocks that the first servers packed", () => {
    const lines = "ACi1L/0gG9kAAHsiX3N0ZXAiOjAsImEiOjF9Cm5vdCBqc29uCg==";
    expect(unpackLines(Uint8Array.fromBase64(lines))).toEqual([
      '{"_step":0,"a":1}',
      "not json",
      "",
    ]);
    const json = "ASi1L/0gDGEAAFsiYVxuYiIsImMiXQ==";
    expect(unpackLines(Uint8Array.fromBase64(json))).toEqual(["a\nb", "c"]);
  });

  test("reads blocks of columns whose few bytes were compressed, too", () => {
    const packed = "AgAotS/9IHB1AgDkAytbIixcIl9zdGVwXCI6IiwiLFwiYX1OYU59Il0CAwABAgIAAwMBAAABAAEA" +
      "AwDwPwL/+D8AAAAAAADwPwAABQBHFQR0Arc55r47FCY=";
    expect(unpackLines(Uint8Array.fromBase64(packed))).toEqual([
      '{"_step":0,"a":1.5}',
      '{"_step":1,"a":NaN}',
      '{"_step":2,"a":2.5e+00}',
    ]);
  });
});
