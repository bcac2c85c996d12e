/** What records the printed lines of a run. */
export interface RunConsole {
  /** Records an error that nobody caught; the process may end right after. */
  fail(error: unknown): void;
  /** Begins the file anew after somebody removed the directory. */
  restore(): void;
  /** Stops, and writes what it held back. */
  end(): void;
}
