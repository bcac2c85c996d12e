import { RE2JS } from "re2js";

/** Compiled expressions, the latest of them; compiling costs more than matching. */
const compiled = new Map<string, RE2JS>();
const MAX_COMPILED = 50;

/** Longer patterns are refused. */
const MAX_PATTERN = 500;

/**
 * A regular expression whose matching takes a time that grows with the text alone: RE2's syntax,
 * without back references and look-around.
 *
 * @throws {SyntaxError} When it is too long, or not one.
 */
export function compilePattern(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > MAX_PATTERN) {
    throw new SyntaxError(
      `Cannot use the regular expression: ${pattern.length} characters, of ${MAX_PATTERN}`,
    );
  }
  let expression;
  try {
    expression = RE2JS.compile(pattern);
  } catch (error) {
    throw new SyntaxError(
      `Cannot use the regular expression ${JSON.stringify(pattern)}: ${(error as Error).message}`,
    );
  }
  const oldest = compiled.keys().next().value;
  if (compiled.size >= MAX_COMPILED && oldest !== undefined) compiled.delete(oldest);
  compiled.set(pattern, expression);
  return expression;
}

/** Whether the text matches anywhere; what is not a text does not. */
export function matchesText(pattern: string, text: unknown): boolean {
  return typeof text === "string" && compilePattern(pattern).matcher(text).find();
}
