/** What runs, as it was when the run began. */
export interface ProgramOptions {
  /** Seconds since 1970 at which the run, or its resumption, began. */
  readonly startedAt: number;
  /** The script's path, or the address that it came from; null in a notebook. */
  readonly script: string | null;
  /** The script's arguments as they are; they are cleaned before they are written. */
  readonly args: readonly string[];
  /** The working directory. */
  readonly cwd: string;
}

/** What is recorded of where a run comes from. */
export interface ProvenanceOptions extends ProgramOptions {
  /** The folder that holds the folder of runs. */
  readonly root: string;
  /** Whether the state of the Git repository is recorded. */
  readonly git: boolean;
  /** Whether code is copied, and patches. */
  readonly code: boolean;
  /**
   * What describes the machine's GPUs; null where nobody is asked.
   *
   * @default {"nvidia-smi"}
   */
  readonly nvidiaSmi?: string | null;
  /** Seconds since 1970 at which the record was begun anew, for a run whose directory was removed. */
  readonly anewAt?: number;
}
