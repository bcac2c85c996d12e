import type { Json } from "../../record/lines.ts";
import type { ListJob } from "../../record/media_job.ts";
import type { MakeContext } from "./maker.ts";

type Made = { readonly [key: string]: Json };

/** Makes several media of one kind, and the one value that W&B has for them. */
export function makeList(job: ListJob, context: MakeContext): Json {
  const { type, leftOut = 0, warnings = [] } = job;
  if (leftOut > 0) {
    context.warn(`${job.items.length} images of a list are kept, and ${leftOut} left out`);
  }
  for (const warning of warnings) context.warn(warning);
  const all = job.items.map((item) => context.makePart(item) as Made | null);
  const made = all.filter((one) => one !== null);
  const count = made.length;
  if (count === 0) throw new TypeError("none of its list can be recorded");
  const kept = all.flatMap((one, i) => one === null ? [] : [i]);
  const fields = fieldsOf(job, kept);
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

/** Captions and the like of those that were made. */
function fieldsOf({ fields = {} }: ListJob, kept: readonly number[]): Made {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      Array.isArray(value) ? kept.map((i) => value[i] ?? null) : value,
    ]),
  );
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
