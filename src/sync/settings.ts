/** What the background worker needs to deliver a run. */
export interface SyncSettings {
  readonly baseUrl: string;
  /** Never written anywhere. */
  readonly apiKey?: string;
  /** Whether the key is the one that `cellar login` keeps, which may be another one later. */
  readonly keyIsKept: boolean;
  readonly entity?: string;
  readonly project: string;
  readonly id: string;
  /** How long the end of the run may take, in milliseconds. */
  readonly timeoutMs: number;
}
