import { describe, expect, test } from "vitest";
import { Image, Table } from "../../mod.ts";
import { record, recorded } from "./recording.ts";

/** The file of a table, as JSON. */
async function file(table: Table): Promise<{ columns: string[]; data: unknown[][] }> {
  const recording = await recorded(table);
  return JSON.parse(recording.text(recording.value.path));
}

describe("Table", () => {
  test("takes objects, columns, arrays, Arrow-like and Polars-like frames", async () => {
    const expected = { columns: ["a", "b"], data: [[1, "x"], [2, "y"]] };
    const columns: Record<string, unknown[]> = { a: [1, 2], b: ["x", "y"] };
    const arrow = {
      numRows: 2,
      schema: { fields: [{ name: "a" }, { name: "b" }] },
      getChild: (name: string) => ({ get: (row: number) => columns[name]![row] }),
    };
    const polars = {
      columns: ["a", "b"],
      height: 2,
      getColumn: (name: string) => ({ toArray: () => columns[name]! }),
    };
    expect(await file(Table.from([{ a: 1, b: "x" }, { a: 2, b: "y" }]))).toEqual(expected);
    expect(await file(Table.from({ a: Int8Array.of(1, 2), b: ["x", "y"] }))).toEqual(expected);
    expect(await file(Table.from([[1, "x"], [2, "y"]], { columns: ["a", "b"] }))).toEqual(expected);
    expect(await file(Table.from(arrow))).toEqual(expected);
    expect(await file(Table.from(polars))).toEqual(expected);
  });

  test("keeps the kinds of its values", async () => {
    const table = new Table(["mixed"]);
    const date = new Date("2026-11-25T00:00:00Z");
    for (const value of [1.5, true, null, undefined, "t", date, [1, [2]], { a: { b: 1 } }]) {
      table.addData(value);
    }
    table.addData(2n ** 70n);
    const recording = await recorded(table);
    expect(recording.text(recording.value.path)).toBe(
      '{"columns":["mixed"],"data":[[1.5],[true],[null],[null],["t"],["2026-11-25T00:00:00.000Z"],' +
        '[[1,[2]]],[{"a":{"b":1}}],[1180591620717411303424]]}',
    );
    expect(table.types).toEqual(["mixed"]);
  });

  test("tells missing numbers from NaN", async () => {
    const recording = await recorded(Table.from({ n: [1, null, NaN, Infinity, -Infinity] }));
    expect(recording.text(recording.value.path)).toContain(
      '"data":[[1],[null],[NaN],[Infinity],[-Infinity]]',
    );
  });

  test("holds what was added, not what became of it", async () => {
    const object = { a: 1 };
    const table = new Table(["o"]);
    table.addData(object);
    object.a = 2;
    expect((await file(table)).data).toEqual([[{ a: 1 }]]);
    expect(table.at(0, "o")).toEqual({ a: 1 });
  });

  test("fills up ragged rows, and says so once when it is logged", async () => {
    const table = new Table<readonly string[]>(["a", "b"]);
    table.addData(1);
    table.addData(1, 2, 3);
    table.addData(1, 2);
    const recording = await recorded(table);
    expect(JSON.parse(recording.text(recording.value.path)).data)
      .toEqual([[1, null], [1, 2], [1, 2]]);
    expect(recording.said).toEqual([
      expect.stringContaining("rows with another number of cells than 2: 2"),
    ]);
  });

  test("leaves cells empty that cannot be recorded, and says why", async () => {
    const table = new Table(["f"]);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    table.addData(() => 1);
    table.addData(circle);
    const recording = await recorded(table);
    expect(JSON.parse(recording.text(recording.value.path)).data).toEqual([[null], [null]]);
    expect(recording.said.join()).toContain("it is a function");
    expect(recording.said.join()).toContain("it contains itself");
  });

  test("has columns that are called __proto__, and ten thousand of them", async () => {
    const hostile = JSON.parse('{"__proto__":1,"constructor":2}');
    expect(await file(Table.from([hostile]))).toEqual({
      columns: ["__proto__", "constructor"],
      data: [[1, 2]],
    });
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`c${i}`, i]));
    const { columns, data } = await file(Table.from([wide]));
    expect(columns).toHaveLength(10_000);
    expect(data[0]!.at(-1)).toBe(9_999);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test("records its images, and refers to them from their cells", async () => {
    const image = (level: number) => new Image(new Uint8Array(4).fill(level), { shape: [2, 2] });
    const recording = await recorded(
      Table.from([{ i: image(1), n: 1 }, { i: null, n: 2 }, { i: [image(2), image(3)], n: 3 }]),
      "t",
    );
    const { data } = JSON.parse(recording.text(recording.value.path));
    expect(data[0][0]).toMatchObject({ _type: "image-file", width: 2, height: 2 });
    expect(recording.bytes(data[0][0].path).length).toBe(data[0][0].size);
    expect(data[1]).toEqual([null, 2]);
    expect(data[2][0]).toMatchObject({ _type: "images/separated", count: 2 });
  });

  test("an image that is none leaves its cell empty, and the table is recorded", async () => {
    const recording = await recorded(
      Table.from([{ i: new Image(Uint8Array.of(1, 2, 3)) }, { i: "a" }]),
    );
    expect(JSON.parse(recording.text(recording.value.path)).data).toEqual([[null], ["a"]]);
    expect(recording.said.join()).toMatch(/no PNG/);
  });

  test("addColumn() adds values, and fills up what is missing", async () => {
    const table = new Table(["a"]);
    table.addData(1);
    table.addData(2);
    table.addColumn("b", ["x"]);
    expect(await file(table)).toEqual({ columns: ["a", "b"], data: [[1, "x"], [2, null]] });
  });

  test("records only what was added, in incremental mode", async () => {
    const recording = record();
    const table = new Table(["n"], { mode: "incremental" });
    for (let i = 0; i < 3; i++) {
      table.addData(i);
      recording.run.log({ t: table });
    }
    const values = (await recording.rows()).map(({ t }) => t as Record<string, unknown>);
    expect(values.map(({ path }) => JSON.parse(recording.text(path)).data)).toEqual([
      [[0]],
      [[1]],
      [[2]],
    ]);
    expect(values[2]).toMatchObject({
      _type: "incremental-table-file",
      log_mode: "INCREMENTAL",
      increment_num: 2,
      previous_increments_paths: [values[0]!.path, values[1]!.path],
      nrows: 3,
      ncols: 1,
    });
  });

  test("is recorded whole beside its file when it has more than 10,000 rows", async () => {
    const recording = await recorded(
      Table.from({ n: Float64Array.from({ length: 10_001 }, (_, i) => i) }),
      "big",
    );
    const { value, directory } = recording;
    expect(value.nrows).toBe(10_001);
    expect(JSON.parse(recording.text(value.path)).data).toHaveLength(10_000);
    const [whole] = [...Deno.readDirSync(`${directory}/artifacts`)];
    expect(whole!.name).toMatch(/^big_0_[0-9a-f]{20}\.table\.json$/);
    const { data } = JSON.parse(Deno.readTextFileSync(`${directory}/artifacts/${whole!.name}`));
    expect(data).toHaveLength(10_001);
    expect(data.at(-1)).toEqual([10_000]);
  });

  test("takes 200,000 rows, and refuses one more", async () => {
    const rows = new Float64Array(200_001);
    expect((await recorded(Table.from({ n: rows.subarray(1) }))).value.nrows).toBe(200_000);
    const { value, said } = await recorded(Table.from({ n: rows }));
    expect(value).toBeUndefined();
    expect(said.join()).toContain("at most 200000 rows, not 200001");
  });

  test("what is no table is refused when it is logged", async () => {
    const { value, said } = await recorded(Table.from(5 as never));
    expect(value).toBeUndefined();
    expect(said.join()).toMatch(/rows, columns or a data frame/);
  });

  test("made of nothing at all, or with a column of nothing, is refused when it is logged", async () => {
    const nothing = undefined as never;
    const half = new Table(["a"]);
    half.addData(1);
    half.addColumn("b", nothing);
    for (const table of [new Table(nothing), Table.fromTurns(nothing), half]) {
      const { said, value } = await recorded(table);
      expect(value).toBeUndefined();
      expect(said).toHaveLength(1);
    }
  });

  test("fromTurns() makes a row of each turn of a conversation", async () => {
    const table = Table.fromTurns([
      { role: "user", content: [{ type: "text", text: "hello" }, { type: "image_url", url: "u" }] },
      { role: "assistant", content: null, tool_calls: [{ name: "f" }] },
    ]);
    expect(await file(table)).toEqual({
      columns: ["role", "content", "tool_calls"],
      data: [
        ["user", 'hello\n{"type":"image_url","url":"u"}', null],
        ["assistant", null, [{ name: "f" }]],
      ],
    });
  });

  test("is shown in a cell as a table that is escaped, with small images", async () => {
    const table = Table.from([{
      i: new Image(new Uint8Array(4), { shape: [2, 2] }),
      t: "<script>alert(1)</script>",
    }]);
    const bundle = await table[Symbol.for("Jupyter.display") as unknown as keyof Table] as never;
    const { "text/html": html } = await (bundle as () => Promise<Record<string, string>>)
      .call(table);
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("<script");
    expect(html).toContain('src="data:image/png;base64,');
  });
});
