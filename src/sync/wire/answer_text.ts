/** What is shown of what a stranger said. */
const MAX_TEXT = 200;

/**
 * What the body of a failed answer says, for people. W&B-like servers say it in one of four shapes;
 * anything else is shown as it is. Control characters are taken out, and long text is cut.
 */
export function answerText(body: string): string {
  return quiet(find(body) ?? body.replace(/<[^>]*>/g, " "));
}

/** Text from elsewhere, safe for a terminal and short. */
export function quiet(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT).toWellFormed()}…` : line;
}

function find(body: string): string | undefined {
  try {
    const { error, errors } = JSON.parse(body) as Record<string, unknown>;
    return textOf(error) ?? (Array.isArray(errors) ? textOf(errors[0]) : undefined);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const { message } = value as { message?: unknown };
  return typeof message === "string" ? message : undefined;
}
