/**
 * What the compiler must take, and what it must refuse. This file is not run: `deno check test` fails
 * when a line that is marked has no error, and `types.test.ts` asks for that check.
 *
 * @module
 */

import {
  type AlertOptions,
  Audio,
  Histogram,
  Html,
  Image,
  Object3D,
  Plotly,
  type Run,
  Table,
  Video,
} from "../../mod.ts";

export function taken(run: Run): void {
  const table = new Table(["digit", "guess"]);
  table.addData(7, new Image(new Uint8Array(4), { shape: [2, 2] }));
  const names: string[] = ["a", "b"];
  new Table(names).addData(1, 2, 3);
  Table.from([{ a: 1 }]);
  Table.from({ a: [1], b: Float32Array.of(1) });
  run.log({ table, images: [new Image("a.png")], nested: { html: new Html("x") } });
  new Histogram([1, 2]);
  new Histogram(BigInt64Array.of(1n));
  new Histogram({ counts: [1], edges: [0, 1] }, { bins: 2 });
  new Audio(new Float32Array(8), { sampleRate: 8000 });
  new Object3D(new Float32Array(6), { shape: [2, 3] });
  new Video(new Uint8Array(12), { shape: [3, 2, 2], fps: 30 });
  new Video([new Float32Array(12), [0, 1, 2]], { shape: [3, 2, 2], channels: "first" });
  new Image("a.png", { grouping: 3 });
  run.alert({ title: "a", level: "WARN", wait: 0 });
  run.save(new URL("file:///a"), { policy: "end" });
}

export function refused(run: Run): void {
  const table = new Table(["digit", "guess"]);
  // @ts-expect-error A row has a cell for each column.
  table.addData(7);
  // @ts-expect-error And no more than that.
  table.addData(7, 8, 9);
  // @ts-expect-error A symbol cannot be recorded.
  table.addData(7, Symbol("a"));
  // @ts-expect-error Columns have names.
  new Table([1, 2]);
  // @ts-expect-error There are two modes.
  new Table(["a"], { mode: "mutable" });
  // @ts-expect-error A number is no table.
  Table.from(5);
  // @ts-expect-error A number is no image.
  new Image(5);
  // @ts-expect-error A shape is of numbers.
  new Image(new Uint8Array(4), { shape: "2x2" });
  const at = { minX: 0, maxX: 1, minY: 0, maxY: 1 };
  // @ts-expect-error A box has a class.
  new Image("a.png", { boxes: { a: { boxes: [{ position: at }] } } });
  // @ts-expect-error A box is somewhere.
  new Image("a.png", { boxes: { a: { boxes: [{ position: { minX: 0 }, classId: 1 }] } } });
  // @ts-expect-error A histogram is made of numbers.
  new Histogram(["a"]);
  // @ts-expect-error Counts come with edges.
  new Histogram({ counts: [1] });
  // @ts-expect-error W&B plays four formats.
  new Video("a.avi", { format: "avi" });
  // @ts-expect-error Frames are pixels.
  new Video([["a"]], { shape: [1, 1] });
  // @ts-expect-error Channels are first or last.
  new Video(new Uint8Array(12), { shape: [3, 2, 2], channels: "middle" });
  // @ts-expect-error A grouping is a number.
  new Image("a.png", { grouping: "3" });
  // @ts-expect-error A rate is a number.
  new Audio(new Float32Array(8), { sampleRate: "8000" });
  // @ts-expect-error Points have three, four or six columns.
  new Object3D(new Float32Array(10), { shape: [2, 5] });
  // @ts-expect-error A figure has data.
  new Plotly({ layout: {} });
  // @ts-expect-error An alert has a title.
  run.alert({ text: "a" });
  // @ts-expect-error There are three levels.
  const alert: AlertOptions = { title: "a", level: "LOUD" };
  run.alert(alert);
  // @ts-expect-error There are three policies.
  run.save("a", { policy: "later" });
  // @ts-expect-error A row has names.
  run.log(new Image("a.png"), 5);
}
