/** What `nvidia-smi` says when it cannot answer. */
export type FailureKind =
  | "no-device"
  | "driver"
  | "lost"
  | "field"
  | "permission";

/** A line of `nvidia-smi` that is an error and no data. */
export interface Failure {
  readonly kind: FailureKind;
  /** The line, cut and cleaned; for `"field"` the name of the field that it does not know. */
  readonly detail: string;
}

const patterns: readonly (readonly [RegExp, FailureKind])[] = [
  [/no devices were found/iu, "no-device"],
  [/gpu is lost|fallen off the bus|gpu requires reset/iu, "lost"],
  [/couldn'?t communicate with the nvidia driver/iu, "driver"],
  [/failed to initialize nvml|driver\/library version mismatch/iu, "driver"],
  [/unable to determine the device handle/iu, "lost"],
  [/couldn'?t find libnvidia-ml|nvml (?:shared )?library/iu, "driver"],
  [/insufficient permissions/iu, "permission"],
];

/** Recognizes the errors of `nvidia-smi`; `undefined` for any other line. */
export function parseFailure(line: string): Failure | undefined {
  const text = cleanOutput(line);
  const field = /^Field "([\w.]{1,80})" is not a valid field to query/u.exec(text)?.[1];
  if (field !== undefined) return { kind: "field", detail: field };
  for (const [pattern, kind] of patterns) {
    if (pattern.test(text)) return { kind, detail: text };
  }
  return undefined;
}

/** A program's output as it may be shown: printable, and at most 200 characters. */
export function cleanOutput(text: string): string {
  const head = text.slice(0, 1000).replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, " ").trim();
  return head.length > 200 ? `${head.slice(0, 199)}…` : head;
}
