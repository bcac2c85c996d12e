/** What an error says, in words; anything can be thrown, also what cannot be told. */
export function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return "something that has no words";
  }
}
