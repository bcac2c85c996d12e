import { describe, expect, test } from "vitest";
import { Audio, Histogram, Html, Image, Object3D, Plotly, Table, Video } from "../../mod.ts";
import { createHash } from "node:crypto";
import { JUPYTER_DISPLAY } from "../../src/media/show.ts";
import { tempDir } from "../temp.ts";
import { record, recorded } from "./recording.ts";

/** `media/<folder>/<key>_<step>_<first 20 digits of the hash>.<extension>` */
function expectFile(
  value: { path: string; sha256: string; size: number },
  { bytes }: { bytes: (path: unknown) => Uint8Array },
  [folder, name, extension]: readonly [string, string, string],
): void {
  const content = bytes(value.path);
  expect(value.sha256).toBe(createHash("sha256").update(content).digest("hex"));
  expect(value.size).toBe(content.length);
  expect(value.path).toBe(`${folder}/${name}_${value.sha256.slice(0, 20)}${extension}`);
}

describe("log() of media gives W&B's shapes", () => {
  test("a table's file is byte for byte what the official SDK writes", async () => {
    const table = new Table(["x", "y"]);
    table.addData(1, "a");
    table.addData(2, null);
    table.addData(NaN, "c");
    const recording = await recorded(table, "tab");
    const { value } = recording;
    expect(recording.text(value.path)).toBe(
      '{"columns":["x","y"],"data":[[1,"a"],[2,null],[NaN,"c"]]}',
    );
    expect(value).toEqual({
      _type: "table-file",
      sha256: expect.stringMatching(/^7501524cd3bb206e410c/),
      size: 57,
      path: "media/table/tab_0_7501524cd3bb206e410c.table.json",
      ncols: 2,
      nrows: 3,
      log_mode: "IMMUTABLE",
    });
  });

  test("boxes' file is byte for byte what the official SDK writes", async () => {
    const recording = record();
    recording.run.log({
      bm: new Image(new Uint8Array(16), {
        shape: [4, 4],
        boxes: {
          pred: {
            boxes: [{
              position: { minX: 0.1, maxX: 0.2, minY: 0.1, maxY: 0.4 },
              classId: 1,
              caption: "c",
              scores: { acc: 0.5 },
            }],
            labels: { 1: "car" },
          },
        },
        masks: { gt: { data: new Uint8Array(16).fill(1), labels: { 1: "car" } } },
      }),
    });
    const value = await recording.value("bm");
    expect(value.boxes.pred).toEqual({
      _type: "boxes2D",
      sha256: expect.stringMatching(/^44045cbaaf8b072593f9/),
      size: 152,
      path: "media/metadata/boxes2D/bm_0_44045cbaaf8b072593f9.boxes2D.json",
    });
    expect(value.masks.gt._type).toBe("mask");
    expectFile(value.masks.gt, recording, ["media/images/mask", "bm_0", ".mask.png"]);
    const lines = Deno.readTextFileSync(`${recording.directory}/run.jsonl`).split("\n");
    expect(lines.filter((line) => line.includes('"labels"')).map((line) => JSON.parse(line)))
      .toEqual([
        {
          type: "labels",
          group: "bounding_box/class_labels",
          key: "bm_wandb_delimeter_pred",
          labels: { 1: "car" },
        },
        {
          type: "labels",
          group: "mask/class_labels",
          key: "bm_wandb_delimeter_gt",
          labels: { 1: "car" },
        },
      ]);
  });

  test("a point cloud's file is byte for byte what the official SDK writes", async () => {
    // The recorded traffic's own points.
    const points = [
      [0.8622074719117224, 0.42015099782663, 0.8841688071977156],
      [0.8248118879328025, 0.7671673183897753, 0.3635199744760401],
      [0.7879843022124371, 0.6137939524426634, 0.9530778238199777],
      [0.14331702169632032, 0.79569844889866, 0.43896652970162486],
      [0.2535470032460698, 0.031304145377360704, 0.928915238393157],
    ];
    const { value } = await recorded(new Object3D(points), "pc");
    expect(value.path).toBe("media/object3D/pc_0_9f5868b5b3016ef5f4fa.pts.json");
    expect(value).toMatchObject({ _type: "object3D-file", size: 295 });
  });

  test("a sound's file is byte for byte what the official SDK writes", async () => {
    const sound = new Audio([0, 0.5, -0.5, 1], { sampleRate: 8000, caption: "c" });
    const { value } = await recorded(sound, "aud");
    expect(value.path).toBe("media/audio/aud_0_93950199152af5adea75.wav");
  });

  test("boxes by their middle and in pixels are what the official SDK writes", async () => {
    const { value } = await recorded(
      new Image(new Uint8Array(30), {
        shape: [6, 5],
        boxes: {
          p: {
            boxes: [{
              position: { middle: [2, 3], width: 2, height: 2 },
              domain: "pixel",
              classId: 2,
              caption: "c",
              scores: { acc: 0.5 },
            }],
          },
        },
      }),
      "boxed",
    );
    expect(value.boxes.p.path).toBe(
      "media/metadata/boxes2D/boxed_0_db17b8ce2f954c1ada77.boxes2D.json",
    );
  });

  test("an image", async () => {
    const recording = await recorded(
      new Image(new Uint8Array(80), { shape: [8, 10], caption: "cap" }),
      "img",
    );
    const { sha256, size, path, ...rest } = recording.value;
    expect(rest).toEqual({
      _type: "image-file",
      format: "png",
      width: 10,
      height: 8,
      caption: "cap",
    });
    expectFile({ sha256, size, path }, recording, ["media/images", "img_0", ".png"]);
  });

  test("images in a list", async () => {
    const image = (level: number, caption?: string) =>
      new Image(new Uint8Array(6).fill(level), {
        shape: [2, 3],
        ...(caption === undefined ? {} : { caption }),
      });
    const recording = await recorded([image(1), image(2, "b")], "imgs");
    const { filenames, ...rest } = recording.value;
    expect(rest).toEqual({
      _type: "images/separated",
      width: 3,
      height: 2,
      format: "png",
      count: 2,
      captions: ["", "b"],
    });
    expect(filenames).toHaveLength(2);
    for (const path of filenames) {
      expect(path).toMatch(/^media\/images\/imgs_0_[0-9a-f]{20}\.png$/);
      expect(recording.bytes(path).length).toBeGreaterThan(0);
    }
  });

  test("grouping of images, alone and in a list", async () => {
    const image = (grouping: number) =>
      new Image(new Uint8Array(4), { shape: [2, 2], caption: "c", grouping });
    expect((await recorded(image(3))).value).toMatchObject({ _type: "image-file", grouping: 3 });
    const { value } = await recorded([image(2), image(1), image(2)]);
    expect(value).toMatchObject({ count: 3, grouping: 2, captions: ["c", "c", "c"] });
    const { said } = await recorded(image(0.5));
    expect(said.join()).toMatch(/whole number from 1, not 0.5/);
  });

  test("lists of images keep boxes and masks, null for those that have none", async () => {
    const mask = { data: new Uint8Array(4), labels: { 0: "none" } };
    const { value } = await recorded([
      new Image(new Uint8Array(4), { shape: [2, 2] }),
      new Image(new Uint8Array(4), { shape: [2, 2], masks: { truth: mask } }),
    ]);
    expect(value.all_masks[0]).toBeNull();
    expect(value.all_masks[1].truth._type).toBe("mask");
    expect(value).not.toHaveProperty("all_boxes");
  });

  test("a sound of samples is a WAV file of 16 bits", async () => {
    const samples = Float32Array.of(0, 1, -1, 2, NaN);
    const recording = await recorded(new Audio(samples, { sampleRate: 8000, caption: "c" }), "a");
    const { value } = recording;
    expect(value).toMatchObject({ _type: "audio-file", caption: "c", size: 44 + 10 });
    expectFile(value, recording, ["media/audio", "a_0", ".wav"]);
    const bytes = recording.bytes(value.path);
    const view = new DataView(bytes.buffer);
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe("RIFF");
    expect([view.getUint16(20, true), view.getUint16(22, true), view.getUint32(24, true)])
      .toEqual([1, 1, 8000]);
    expect(Array.from({ length: 5 }, (_, i) => view.getInt16(44 + 2 * i, true)))
      .toEqual([0, 32767, -32767, 32767, 0]);
  });

  test("sounds in a list carry their rates and durations", async () => {
    const sound = () =>
      new Audio([new Float32Array(4000), new Float32Array(4000)], {
        sampleRate: 8000,
      });
    const { value } = await recorded([sound(), sound()]);
    expect(value).toMatchObject({
      _type: "audio",
      count: 2,
      sampleRates: [8000, 8000],
      durations: [0.5, 0.5],
    });
    expect(value.audio[0]._type).toBe("audio-file");
  });

  test("null instead of options is none: notebooks have no compiler", () => {
    const none = null as unknown as undefined;
    const made = [
      new Image(Uint8Array.of(0), none),
      new Audio([0], none),
      new Video("a.mp4", none),
      new Html("a", none),
      new Object3D([[1, 2, 3]], none),
      new Table(["a"], none),
      Table.from([{ a: 1 }], none),
      Table.fromTurns([], none),
      new Histogram([1, 2], none),
    ];
    expect(made.map((value) => "caption" in value && value.caption !== undefined))
      .toEqual(made.map(() => false));
  });

  test.each([
    ["wav", new Audio(new TextEncoder().encode("<html>"), { format: "wav" })],
    ["mp4", new Video(new Uint8Array(76), { format: "mp4" })],
    ["glb", new Object3D(new Uint8Array(9), { format: "glb" })],
  ])("a disguised file is recorded, with a warning that it is no %s", async (name, value) => {
    const { value: made, said } = await recorded(value);
    expect(made).toMatchObject({ size: expect.any(Number) });
    expect(said.join("\n")).toContain(`"x": it does not begin as a file of ${name}`);
  });

  test.each(
    [
      ["wav", "RIFF\0\0\0\0WAVEfmt "],
      ["ogg", "OggS\0\x02"],
      ["mp3", "ID3\x03"],
      ["mp3", "\xff\xfb\x90"],
      ["m4a", "\0\0\0\x20ftypM4A "],
      ["webm", "\x1a\x45\xdf\xa3"],
      ["flac", "fLaC"],
    ] as const,
  )("a genuine %s is recorded without a word", async (format, head) => {
    const bytes = Uint8Array.from(head, (c) => c.charCodeAt(0));
    expect((await recorded(new Audio(bytes, { format }))).said).toEqual([]);
  });

  test.each([
    [new Html("<b>hi</b>"), "html-file", "media/html", ".html"],
    [new Video(new Uint8Array(76), { format: "mp4" }), "video-file", "media/videos", ".mp4"],
    [
      new Plotly({ data: [{ y: Float32Array.of(1, 2) }] }),
      "plotly-file",
      "media/plotly",
      ".plotly.json",
    ],
    [new Object3D([[1, 2, 3]]), "object3D-file", "media/object3D", ".pts.json"],
    [new Audio(new Uint8Array(9), { format: "mp3" }), "audio-file", "media/audio", ".mp3"],
  ])("%s is of type %s", async (medium, type, folder, extension) => {
    const recording = await recorded(medium, "a/b c");
    const { sha256, size, path, ...rest } = recording.value;
    expect(rest).toEqual({ _type: type });
    expectFile({ sha256, size, path }, recording, [folder, "a/b c_0", extension]);
  });

  test.each([
    ["\x00\x00\x00\x20ftypisom", Video, ".mp4"],
    ["\x00\x00\x00\x20ftypM4A ", Audio, ".m4a"],
    ["\x1a\x45\xdf\xa3\x9f", Video, ".webm"],
    ["\x1a\x45\xdf\xa3\x9f", Audio, ".webm"],
    ["OggS\x00", Video, ".ogg"],
    ["GIF89a", Video, ".gif"],
    ["RIFF\x24\x00\x00\x00WAVEfmt ", Audio, ".wav"],
    ["ID3\x04", Audio, ".mp3"],
    ["fLaC", Audio, ".flac"],
    ["glTF\x02", Object3D, ".glb"],
  ])("bytes that begin with %j say what they are", async (letters, Medium, extension) => {
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const { value } = await recorded(new Medium(bytes));
    expect(value.path.endsWith(extension)).toBe(true);
  });

  test("bytes that do not say what they are need a format", async () => {
    for (const bytes of [Uint8Array.of(), Uint8Array.of(1, 2, 3), Uint8Array.of(0x47, 0x49)]) {
      const { said } = await recorded(new Video(bytes));
      expect(said.join()).toContain("one of mp4, webm, ogg, gif; its bytes do not say which");
    }
    const { said } = await recorded(new Video("clip.mov"));
    expect(said.join()).toContain("one of mp4, webm, ogg, gif, not mov");
  });

  test("lists of HTML, videos and objects have a value each", async () => {
    const recording = record();
    recording.run.log({
      html: [new Html("a"), new Html("b")],
      videos: [new Video(new Uint8Array(3), { format: "gif" })],
      objects: [new Object3D([[1, 2, 3]])],
    });
    const [row] = await recording.rows();
    expect(row).toMatchObject({
      html: { _type: "html", count: 2, html: [{ _type: "html-file" }, { _type: "html-file" }] },
      videos: { _type: "videos", count: 1, videos: [{ _type: "video-file" }] },
      objects: { _type: "object3D", count: 1, objects: [{ _type: "object3D-file" }] },
    });
    const { filenames, objects } = (row as { objects: Record<string, { path: string }[]> }).objects;
    expect(filenames).toEqual([objects![0]!.path.split("/").at(-1)]);
  });

  test("lists of sounds, videos and objects keep what can be recorded, and say what is left out", async () => {
    const tone = new Float32Array(8);
    const frames = new Uint8Array(2 * 2 * 2 * 3);
    const { run, said, value } = record();
    run.log({
      sounds: [
        new Audio(tone),
        new Audio(tone, { sampleRate: 8, caption: "kept" }),
        new Audio(tone, { sampleRate: 4 }),
      ],
      videos: [new Video(frames, { shape: [2, 2, 2, 3] }), new Video(frames, { shape: [9, 9] })],
      objects: [new Object3D([[1, 2]] as never), new Object3D([[1, 2, 3]])],
      none: [new Audio(tone), new Audio(tone)],
    });
    expect(await value("sounds")).toMatchObject({
      count: 2,
      sampleRates: [8, 4],
      durations: [1, 2],
      captions: ["kept", ""],
    });
    expect(await value("videos")).toMatchObject({ count: 1 });
    expect(await value("objects")).toMatchObject({ count: 1 });
    expect(await value("none")).toBeUndefined();
    expect(said.filter((text) => text.includes("a part is left out because"))).toHaveLength(3);
    expect(said.filter((text) => text.includes('"none"'))).toHaveLength(1);
  });

  test("a caption that is no text is recorded as one, and never ends the program", async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (
      const [caption, text] of [[7, "7"], [2n, "2"], [circular, "[object Object]"], [
        null,
        undefined,
      ]]
    ) {
      const image = new Image(new Uint8Array(4), { shape: [2, 2], caption: caption as string });
      const { value, said } = await recorded(image);
      expect(value.caption).toBe(text);
      expect(said).toEqual([]);
      const { "text/html": html } = await image[JUPYTER_DISPLAY]();
      expect(html).not.toContain("Cannot show");
    }
  });

  test("a device and a pipe are no files", async () => {
    const pipe = `${tempDir()}/pipe`;
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const { run, said, rows } = record();
    for (const [i, path] of ["/dev/zero", pipe, "/"].entries()) {
      run.log({
        [`image${i}`]: new Image(path),
        [`video${i}`]: new Video(path, { format: "mp4" }),
      });
      const shown = await new Video(path, { format: "mp4" })[JUPYTER_DISPLAY]();
      expect(shown["text/plain"]).toContain("is not a file");
    }
    await rows();
    expect(said).toHaveLength(6);
    for (const text of said) expect(text).toContain("is not a file");
  });

  test("media below a nested value are called after the innermost name", async () => {
    const { value } = await recorded({ loss: 1, deep: { page: new Html("x") } }, "val");
    expect(value.loss).toBe(1);
    expect(value.deep.page.path).toMatch(/^media\/html\/page_0_/);
  });

  test("media of the summary have the word summary for a step", async () => {
    const recording = record();
    recording.run.summary.best = new Html("<i>best</i>");
    recording.run.summary.score = 3;
    await recording.run.finish();
    const { openRun } = await import("../../mod.ts");
    const { summary } = openRun(recording.directory);
    expect(summary.score).toBe(3);
    expect(summary.best).toMatchObject({ _type: "html-file" });
    expect((summary.best as { path: string }).path).toMatch(/^media\/html\/best_summary_/);
    expect(recording.run.summary.best).toEqual(summary.best);
  });
});

describe("log() keeps media within the run", () => {
  test.each([
    ["../../escape", "media/html/__/__/escape_0_"],
    ["/etc/passwd", "media/html/etc/passwd_0_"],
    ["a\\..\\b:c", "media/html/a_.._b_c_0_"],
    ["...", "media/html/..._0_"],
  ])("a key %s gives the path %s…", async (key, path) => {
    const { value, directory } = await recorded(new Html("x"), key);
    expect(value.path.startsWith(path)).toBe(true);
    expect(Deno.statSync(`${directory}/files/${value.path}`).isFile).toBe(true);
  });

  test.each([
    ["a.mp4", (path: string) => new Video(path)],
    ["a.wav", (path: string) => new Audio(path)],
    ["a.glb", (path: string) => new Object3D(path)],
  ])("a file of 2 GB, %s, is refused without being read", async (name, make) => {
    const path = `${tempDir()}/${name}`;
    Deno.writeFileSync(path, new Uint8Array(1));
    // A sparse file takes no room on the disk.
    Deno.truncateSync(path, 2 ** 31);
    const before = performance.now();
    const { value, said } = await recorded(make(path));
    expect(value ?? null).toBeNull();
    expect(said.join()).toMatch(/2147483648 bytes.*save\(\)/);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test("a long key has a file all the same", async () => {
    const { value, said } = await recorded(new Html("x"), "k".repeat(5000));
    expect(said.filter((message) => message.includes("Cannot"))).toEqual([]);
    expect(value.path.length).toBeLessThan(250);
  });

  test("the same content under the same name is written once", async () => {
    const recording = record();
    recording.run.log({ page: [new Html("same"), new Html("same")] });
    await recording.rows();
    const lines = Deno.readTextFileSync(`${recording.directory}/files.jsonl`).trim().split("\n");
    expect(lines).toHaveLength(1);
  });
});
