import { expect, test } from "vitest";

const FOLDER = new URL("../../notebooks/", import.meta.url);
const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).sort();

test.each(names)("%s is kept without outputs: they would be of somebody's machine", (name) => {
  const { cells } = JSON.parse(Deno.readTextFileSync(new URL(name, FOLDER)));
  const kept = cells.filter(({ outputs = [], execution_count }: {
    readonly outputs?: readonly unknown[];
    readonly execution_count?: number | null;
  }) => outputs.length > 0 || (execution_count ?? null) !== null);
  expect(kept).toEqual([]);
});
