/**
 * What can be logged beside numbers: images, tables, sounds and the like.
 *
 * How a medium gets into the record:
 *
 * 1. `log()` asks the value how it is recorded (`RECORD`, in `record/recordable.ts`). The value
 *    copies what it needs of the user's data into a plain job (`record/media_job.ts`), and nothing
 *    more: 100 images are a copy of 15 MB, and no encoding.
 * 2. The job goes to the background worker, its memory with it. The row is written at once, with
 *    `{"_type":"pending","id":…}` in the value's place, so that the numbers beside it are as safe
 *    as ever.
 * 3. The worker (`make/`) encodes, hashes, writes the file below `files/media/`, adds it to
 *    `files.jsonl`, and answers with the value in W&B's shape.
 * 4. The user's thread, which alone writes `history.jsonl`, appends the value as a further line of
 *    the same step, with the row's own times. It may come after lines of later steps.
 *
 * The other ways were worse. Hashing on the user's thread would make the row complete at once, but
 * costs 10 ms and more for such images, and the hash of an encoded image is only known when it is
 * encoded. Holding the row back until then would lose its numbers to `kill -9`. A file of its own
 * for media, written by the worker, would have every reader join two files.
 *
 * So: lines of a step merge, and the later value wins, for every reader alike. Who needs complete
 * rows in order, as a server does, uses `RowAssembler`. No line ever refers to a file that is not
 * there. `finish()` waits for what is being made; what `kill -9` cut off stays pending, and readers
 * leave it out.
 *
 * @module
 */

export { Audio } from "./audio.ts";
export type { AudioBufferLike, AudioFormat, AudioOptions, AudioSource, Samples } from "./audio.ts";
export type { FileSource } from "./content.ts";
export { Histogram } from "./histogram.ts";
export type { CountedBins, HistogramOptions } from "./histogram.ts";
export { Html } from "./html.ts";
export type { HtmlOptions } from "./html.ts";
export { Image } from "./image/image.ts";
export type { ImageOptions } from "./image/image.ts";
export type { Box, BoxLayer, BoxPosition, ClassLabels, MaskLayer } from "./image/annotations.ts";
export type { PixelArray, Shape, TensorLike } from "./image/pixels.ts";
export type { CanvasLike, ImageDataLike, ImageSource } from "./image/source.ts";
export { Object3D } from "./object3d.ts";
export type { Object3DFormat, Object3DOptions, Object3DSource, Scene3D } from "./object3d.ts";
export { Plotly } from "./plotly.ts";
export type { PlotlyFigure } from "./plotly.ts";
export { Table } from "./table/table.ts";
export type {
  Cell,
  TableData,
  TableOptions as TableMediaOptions,
  TableRow,
} from "./table/table.ts";
export type { Turn } from "./table/turns.ts";
export type { CellType } from "./table/column.ts";
export type { NumberArray } from "../record/bin_values.ts";
export { Video } from "./video.ts";
export type { VideoFormat, VideoOptions, VideoSource } from "./video.ts";
export type { ChannelOrder, FrameSource, FramesSource } from "./frames.ts";
