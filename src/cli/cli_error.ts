/** An error that the user can do something about: its message is shown without a stack. */
export class CliError extends Error {
  override name = "CliError";

  /**
   * @param message What cannot be done, and why.
   * @param exitCode What the command ends with.
   */
  constructor(message: string, readonly exitCode = 1) {
    super(message);
  }
}
