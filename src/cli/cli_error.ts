/** An error that the user can do something about: its message is shown without a stack. */
export class CliError extends Error {
  override name = "CliError";
}
