import { reasonOf } from "../names/reason.ts";
import type { ProvenanceOptions } from "../provenance/options.ts";
import { recordProvenance } from "../provenance/record_provenance.ts";
import type { RunService, ServiceContext } from "./services.ts";

/** A run that ends at once waits this long for what is not known yet. */
const GRACE_MS = 1_500;

/** Records where a run comes from, while it goes on. */
export function startProvenanceService(
  options: ProvenanceOptions,
  context: ServiceContext & {
    /** Resolves when all cells are recorded; called when the run ends. */
    readonly cellsEnded: () => Promise<void>;
  },
): RunService {
  const { directory } = context;
  const warn = (message: string) => context.warn(message);
  const begin = (options: ProvenanceOptions, before: Promise<void> = Promise.resolve()) => {
    const [ending, end] = [new AbortController(), new AbortController()];
    const signals = { ending: ending.signal, until: end.signal };
    const recorded = before
      .then(() => recordProvenance(options, { directory, ...signals, warn }))
      .catch((error: unknown) => {
        warn(`Cannot record where the run comes from: ${reasonOf(error)}`);
      });
    return { ending, end, recorded };
  };
  let current = begin(options);
  return {
    beginAnew() {
      current.ending.abort();
      current.end.abort();
      current = begin({ ...options, anewAt: Date.now() / 1000 }, current.recorded);
    },
    async close() {
      const timer = setTimeout(() => current.end.abort(), GRACE_MS);
      await context.cellsEnded();
      current.ending.abort();
      await current.recorded;
      clearTimeout(timer);
    },
  };
}
