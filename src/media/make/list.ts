import type { Json } from "../../record/lines.ts";
import type { ListJob } from "../../record/media_job.ts";
import type { MakeContext } from "./maker.ts";

type Made = { readonly [key: string]: Json };

/** Makes several media of one kind, and the one value that W&B has for them. */
export function makeList(job: ListJob, context: MakeContext): Json {
  const { type, fields, leftOut = 0 } = job;
  if (leftOut > 0) {
    context.warn(`${job.items.length} images of a list are kept, and ${leftOut} left out`);
  }
  const made = job.items.map((item) => context.make(item) as Made);
  const count = made.length;
  switch (type) {
    case "images/separated":
      return { ...imageList(made, context), ...fields };
    case "audio":
      return { _type: type, count, audio: made, ...fields };
    case "videos":
      return { _type: type, count, videos: made, ...fields };
    case "html":
      return { _type: type, count, html: made };
    case "object3D": {
      const filenames = made.map(({ path }) => String(path).split("/").at(-1)!);
      return { _type: type, filenames, count, objects: made, ...fields };
    }
  }
}

function imageList(made: readonly Made[], { warn }: MakeContext): Made {
  const [first = {}] = made;
  const { width = null, height = null, format = null } = first;
  if (made.some((image) => image.width !== width || image.height !== height)) {
    warn("the images of a list have different sizes; W&B shows them in that of the first");
  }
  return {
    _type: "images/separated",
    width,
    height,
    format,
    count: made.length,
    filenames: made.map(({ path }) => path!),
    ...collected("all_boxes", made.map(({ boxes }) => boxes ?? null)),
    ...collected("all_masks", made.map(({ masks }) => masks ?? null)),
  };
}

function collected(name: string, of: readonly Json[]): Made {
  return of.some((layers) => layers !== null) ? { [name]: [...of] } : {};
}
