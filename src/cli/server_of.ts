import { loggedInServers, normalizeBaseUrl, readKey } from "../login/login_file.ts";
import { reasonOf } from "../names/reason.ts";
import { CliError } from "./cli_error.ts";

/** An environment variable; undefined when it is empty. */
export function env(name: string): string | undefined {
  return Deno.env.get(name) || undefined;
}

/**
 * The server that is meant: the named one, the run's own, `WANDB_BASE_URL`, or the only one that
 * there is a key for.
 *
 * @param options.ofRun The run's own.
 * @param options.how How one is named, where it is not by an option.
 * @throws {CliError} When none is named, or it is no address.
 */
export async function serverOf(
  named: string | undefined,
  { ofRun, how = "--base-url" }: {
    readonly ofRun?: string | undefined;
    readonly how?: string;
  } = {},
): Promise<string> {
  const baseUrl = named ?? ofRun ?? env("WANDB_BASE_URL");
  if (baseUrl !== undefined) return checked(baseUrl);
  const [only, ...others] = await loggedInServers();
  if (only === undefined || others.length > 0) {
    throw new CliError(`Cannot tell which server is meant: name one with ${how}`);
  }
  return only;
}

/** The key for a server: `WANDB_API_KEY`, or the one that `cellar login` has kept. */
export async function keyFor(baseUrl: string): Promise<string | undefined> {
  try {
    return env("WANDB_API_KEY") ?? await readKey(baseUrl);
  } catch (error) {
    throw new CliError(reasonOf(error));
  }
}

/** An address in one spelling. */
export function checked(baseUrl: string): string {
  try {
    return normalizeBaseUrl(baseUrl);
  } catch (error) {
    throw new CliError(reasonOf(error));
  }
}
