import type { ProvenanceOptions } from "../provenance/options.ts";
import { recordProvenance } from "../provenance/record_provenance.ts";
import type { RunService, ServiceContext } from "./services.ts";

/** A run that ends at once waits this long for what is not known yet. */
const GRACE_MS = 1_500;

/** Records where a run comes from, while it goes on. */
export function startProvenanceService(
  options: ProvenanceOptions,
  context: ServiceContext,
): RunService {
  const [ending, end] = [new AbortController(), new AbortController()];
  const { directory } = context;
  const warn = (message: string) => context.warn(message);
  const signals = { ending: ending.signal, until: end.signal };
  const recorded = recordProvenance(options, { directory, ...signals, warn })
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      warn(`Cannot record where the run comes from: ${reason}`);
    });
  return {
    async close() {
      ending.abort();
      const timer = setTimeout(() => end.abort(), GRACE_MS);
      await recorded;
      clearTimeout(timer);
    },
  };
}
