import { reasonOf } from "../../names/reason.ts";
import type { MediaAnswer, MediaJob, MediaRequest } from "../../record/media_job.ts";
import { prepare } from "./prepare.ts";

/** Makes media in the order in which they were asked for. */
export interface MediaService {
  make(request: MediaRequest): void;
  /** Resolves when all that was asked for is made. */
  close(): Promise<void>;
}

/** The memory of a job's pixels. */
function pixelMemory(job: MediaJob): ArrayBuffer[] {
  if (job.kind === "list") return job.items.flatMap(pixelMemory);
  if (job.kind === "frames") return [job.data.buffer];
  return job.kind === "image" && "data" in job.source ? [job.source.data.buffer] : [];
}

/**
 * Makes media for a run. The code is loaded with the first request; what is asked for waits in line,
 * and the thread has turns for other things between two of them.
 */
export function mediaService(
  directory: string,
  answer: (answer: MediaAnswer) => void,
): MediaService {
  const begin = async () => new (await import("./maker.ts")).MediaMaker(directory);
  let maker: ReturnType<typeof begin> | undefined;
  let last: Promise<void> = Promise.resolve();
  const next = async (request: MediaRequest) => {
    try {
      const job = await prepare(request.job);
      const made = (await (maker ??= begin())).make({ ...request, job });
      answer({ ...made, spare: pixelMemory(request.job) });
    } catch (error) {
      const reason = reasonOf(error);
      answer({ id: request.id, value: null, error: reason });
    }
    await new Promise((resolve) => setTimeout(resolve));
  };
  return {
    make(request) {
      last = last.then(() => next(request));
    },
    async close() {
      await last;
      (await maker)?.close();
    },
  };
}
