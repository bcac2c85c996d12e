/** How the hardware is sampled while a run goes on. */
export interface SystemSettings {
  /**
   * Seconds between two samples (`WANDB__STATS_SAMPLING_INTERVAL`), 0.1 to 86400.
   *
   * @default {2}
   */
  readonly interval?: number;
  /**
   * Seconds between two samples of a run that goes on for more than ten minutes.
   *
   * @default {15, or `interval` if that is more}
   */
  readonly longInterval?: number;
  /**
   * `nvidia-smi`'s name, or its path; `null` for no GPU metrics.
   *
   * @default {"nvidia-smi"}
   */
  readonly nvidiaSmi?: string | null;
  /**
   * The folder whose file system is reported.
   *
   * @default {"/", or "C:\\" on Windows}
   */
  readonly diskPath?: string;
}

/**
 * Settles how the hardware is sampled; null when it is not.
 *
 * @param env Reads an environment variable.
 * @throws {TypeError} When an interval is none.
 */
export function resolveSystemSettings(
  settings: SystemSettings | false | undefined,
  env: (name: string) => string | undefined,
): SystemSettings | null {
  // W&B's clients know both spellings of a setting that is their own.
  const own = (name: string) => env(`WANDB__${name}`) ?? env(`WANDB_X_${name}`);
  const off = own("DISABLE_STATS")?.toLowerCase();
  if (settings === false) return null;
  if (settings === undefined && off !== undefined && !["0", "false", "no", "off"].includes(off)) {
    return null;
  }
  const { interval: given, ...rest } = settings ?? {};
  const text = own("STATS_SAMPLING_INTERVAL");
  const interval = given ?? (text === undefined ? undefined : Number(text));
  check(interval, given ?? JSON.stringify(text));
  check(rest.longInterval, rest.longInterval);
  return interval === undefined ? rest : { ...rest, interval };
}

function check(seconds: number | undefined, said: number | string | undefined): void {
  if (seconds === undefined || (seconds >= 0.1 && seconds <= 86_400)) return;
  throw new TypeError(
    `Cannot start a run: the hardware is sampled every 0.1 to 86400 seconds, not every ${said}`,
  );
}
