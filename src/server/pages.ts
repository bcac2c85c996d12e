import { dashboard } from "../dashboard/mod.ts";
import type { Pages } from "./http/handler.ts";

/** The pages that people look at. */
export const dashboardPages: Pages = (request, viewer, { store, files, urls, now }, baseUrl) =>
  dashboard(request, {
    store,
    viewer,
    baseUrl,
    readFile: (file, limit) => files.readStart(file, limit),
    fileUrl: (run, file) => urls.sign("get", run.key, file.path, now()),
    deleteRun: async (run) => {
      await files.deleteRun(run);
    },
    now,
  });
