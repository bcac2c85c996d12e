/** A request that cannot be granted, with words for who asked. Everything else is our fault. */
export class Refusal extends Error {
  override name = "Refusal";

  /**
   * @param message What cannot be done, and why.
   * @param status The HTTP status that fits.
   */
  constructor(
    message: string,
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 429 = 400,
  ) {
    super(message);
  }
}
