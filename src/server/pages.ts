import { dashboard } from "../dashboard/mod.ts";
import type { Pages } from "./http/routes.ts";

/** The pages that people look at. */
export const dashboardPages: Pages = (request, viewer, { store, files, urls, now }, baseUrl) =>
  dashboard(request, {
    store,
    viewer,
    baseUrl,
    readFile: (file, limit) => files.readStart(file, limit),
    // Who shows no credential sees no run.
    fileUrl: (run, { path }) => urls.sign("get", { run: run.key, path }, viewer.credential!, now()),
    deleteRun: async (run) => {
      await files.deleteRun(run);
    },
    now,
  });
