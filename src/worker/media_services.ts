import { mediaService } from "../media/make/service.ts";
import type { RunService, ServiceContext } from "./services.ts";

/** Makes what was logged as media. Its code is loaded with the first one. */
export function mediaMaking({ directory, report }: ServiceContext): RunService {
  const service = mediaService(
    directory,
    (answer) => report({ service: "media", answer }, answer.spare),
  );
  return {
    receive(message) {
      if (message.service === "media") service.make(message.request);
    },
    close: () => service.close(),
  };
}

/** Copies the files that were saved. Its code is loaded with the first one. */
export function fileSaving({ directory, warn, report }: ServiceContext): RunService {
  const begin = async () => new (await import("../files/saver.ts")).Saver(directory, warn);
  let saver: ReturnType<typeof begin> | undefined;
  const flush = async () => {
    await (await saver)?.flush();
    report({ service: "saved" });
  };
  return {
    receive(message) {
      if (message.service !== "save") return;
      const { request } = message;
      if (request === "flush") void flush();
      else void (saver ??= begin()).then((saver) => saver.save(request));
    },
    close: async () => await (await saver)?.close(),
  };
}
