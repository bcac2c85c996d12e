import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { program } from "../../src/cli/program.ts";
import { RUN_FILES } from "../../src/record/layout.ts";
import { Recording } from "../sync/recording.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();
const recording = new Recording(`${dir}/cellar/run-20261124_093000-aaaa1111`, { id: "aaaa1111" });
recording.log(2, (i) => ({ loss: i / 2, text: i === 0 ? 'a "b", c' : "ü\n", val: { acc: i } }));
recording.append(
  RUN_FILES.history,
  '{"_step":2,"_timestamp":1795500000.002,"_runtime":0.002,"loss":"NaN","ok":true,' +
    '"big":9007199254740993,"image":{"_type":"image-file","path":"x.png"}}',
).finish();

async function cellar(...args: string[]): Promise<string> {
  const out: string[] = [];
  await program((text) => out.push(text)).parseAsync(["--dir", dir, ...args], { from: "user" });
  return out.join("\n");
}

describe("cellar export", () => {
  test("prints CSV: a header, quoted text, nested values by their path", async () => {
    expect(await cellar("export", "--keys", "_step,loss,text,val.acc,ok,big,image")).toBe(
      "_step,loss,text,val.acc,ok,big,image\n" +
        '0,0,"a ""b"", c",0,,,\n' +
        '1,0.5,"ü\n",1,,,\n' +
        '2,NaN,,,true,9007199254740993,"{""_type"":""image-file"",""path"":""x.png""}"',
    );
  });

  test("prints JSON: an array of rows as they were logged", async () => {
    const text = await cellar("export", "aaaa1111", "--json");
    const rows = JSON.parse(text);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({ _step: 0, loss: 0, val: { acc: 0 } });
    expect(rows[2].loss).toBe("NaN");
    expect(text).toContain('"big":9007199254740993');
    expect(JSON.parse(await cellar("export", "-f", "json", "-k", "val.acc"))).toEqual([
      { "val.acc": 0 },
      { "val.acc": 1 },
      {},
    ]);
  });

  test("writes Parquet with a type for each column, as its reader has it", async () => {
    const path = `${dir}/rows.parquet`;
    expect(await cellar("export", "-o", path)).toBe(`Wrote 3 rows of 9 columns to ${path}`);
    const bytes = Deno.readFileSync(path);
    const rows = await parquetReadObjects({ file: bytes.buffer });
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({ _step: 0n, loss: 0, text: 'a "b", c', "val.acc": 0n });
    expect(rows[1]).toMatchObject({ loss: 0.5, _timestamp: 1_795_500_000.001 });
    expect(rows[2]).toMatchObject({ loss: NaN, ok: true, big: 9_007_199_254_740_993n });
    expect(JSON.parse(rows[2]?.image as string)).toEqual({ _type: "image-file", path: "x.png" });
  });

  test("keeps what other formats have no place for", async () => {
    const odd = tempDir();
    const run = new Recording(`${odd}/cellar/run-20261124_093000-cccc3333`, { id: "cccc3333" });
    run.append(
      RUN_FILES.history,
      '{"_step":0,"_timestamp":1795500000,"_runtime":0,"a,b":1,"a":2,"b":3,"empty":"",' +
        '"huge":1000000000000000000000000000000}',
    ).finish();
    expect(await cellar("-d", odd, "export", "-k", "a,b", "-k", "b,empty,huge")).toBe(
      '"a,b",b,empty,huge\n1,3,"",1000000000000000000000000000000',
    );
    const path = `${odd}/rows.parquet`;
    await cellar("-d", odd, "export", "-o", path);
    const [row] = await parquetReadObjects({ file: Deno.readFileSync(path).buffer });
    // No 64 bits hold it.
    expect(row).toMatchObject({ "a,b": 1n, empty: "", huge: "1000000000000000000000000000000" });
  });

  test("takes metrics that are called as what every object has", async () => {
    const folder = `${dir}/cellar/run-20261124_094000-aaaa2222`;
    new Recording(folder, { id: "aaaa2222" }).append(
      RUN_FILES.history,
      '{"_step":0,"constructor":1,"toString":2}\n{"_step":1,"loss":3}',
    ).finish();
    const keys = ["--keys", "constructor,toString,loss"];
    expect(await cellar("export", "aaaa2222", ...keys)).toBe(
      "constructor,toString,loss\n1,2,\n,,3",
    );
    expect((await cellar("export", "aaaa2222", "--json", ...keys)).split("\n")).toEqual([
      "[",
      '{"constructor":1,"toString":2},',
      '{"loss":3}',
      "]",
    ]);
    await cellar("export", "aaaa2222", "-o", `${dir}/odd.parquet`);
    const file = (await Deno.readFile(`${dir}/odd.parquet`)).buffer;
    const [first, second] = await parquetReadObjects({ file });
    expect([first!["constructor"], second!["constructor"]]).toEqual([1n, null]);
  });

  test("says which column there is not, and that Parquet needs a file", async () => {
    await expect(cellar("export", "-k", "nope")).rejects.toThrow('Cannot export "nope"');
    await expect(cellar("export", "-f", "parquet")).rejects.toThrow("name a file with --output");
  });
});
