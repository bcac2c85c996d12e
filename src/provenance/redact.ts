/** What stands in the place of a secret. */
export const redacted = "[redacted]";

/** Characters of an argument or an address that are looked at. */
const MAX_LENGTH = 4096;

/** Names of options, variables and parameters whose value is a secret. */
const secretName =
  "(?:[\\w.-]*[_.-])?(?:api[_-]?keys?|(?:access|private|secret|account|signing)[_-]?keys?|key|token|secret|passw(?:or)?d|passphrase|pwd|passwd|credentials?|auth|authorization|bearer|cookie|signature|sig)";

const secretOption = new RegExp(`^--?${secretName}$`, "iu");
const secretAssignment = new RegExp(`^(-{0,2}${secretName}[=:])(.+)$`, "isu");
const secretParameter = new RegExp(`([?&;#]${secretName}=)[^&;#\\s"']+`, "giu");
const secretInText = new RegExp(`(\\b${secretName}["']?\\s*[=:]\\s*["']?)[^\\s"'&,;]+`, "giu");
const secretOptionInText = new RegExp(
  `((?:^|\\s)--?${secretName}\\s+["']?)[^\\s"'-][^\\s"']*`,
  "giu",
);
const header = /(\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}/giu;
const userInfo = /([a-z][a-z0-9+.-]*:\/\/)([^\s/?#"'@:]*)(?::([^\s/?#"']*))?@/giu;

/** Secrets that are known by their shape, wherever they stand. */
const shapes = [
  /\bgh[pousr]_[A-Za-z0-9]{16,}/gu,
  /\bgithub_pat_\w{16,}/gu,
  /\bgl(?:pat|ptt|dt|rt|cbt)-[\w-]{16,}/gu,
  /\b(?:hf|api_org)_[A-Za-z0-9]{16,}/gu,
  /\bsk-[\w-]{16,}/gu,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/gu,
  /\bnpm_[A-Za-z0-9]{30,}/gu,
  /\bdd[pw]_[A-Za-z0-9]{30,}/gu,
  /\bpypi-[\w-]{16,}/gu,
  /\bxox[a-z]-[\w-]{10,}/gu,
  /\bAIza[\w-]{30,}/gu,
  /\bya29\.[\w-]{16,}/gu,
  /\b(?:AKIA|ASIA|AROA)[A-Z0-9]{12,}/gu,
  /\bwandb_v\d+_\w{16,}/gu,
  /\b(?:local-)?[0-9a-f]{40}\b/gu,
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/gu,
];

/**
 * Removes the credentials of a URL: user and password where they are a login, secret parameters,
 * and tokens known by their shape. The user of `ssh://git@…` and `git@host:path` stays.
 *
 * @example
 * ```ts
 * import { redactUrl } from "./redact.ts";
 *
 * redactUrl("https://ada:s3cret@example.com/a.git"); // "https://example.com/a.git"
 * ```
 */
export function redactUrl(url: string): string {
  const bare = url.slice(0, MAX_LENGTH).replace(
    userInfo,
    (_, scheme: string, user: string) => /ssh/iu.test(scheme) ? `${scheme}${user}@` : scheme,
  );
  return redactShapes(bare.replace(secretParameter, `$1${redacted}`));
}

/**
 * Removes from a text the credentials of its URLs, the values of what is named like a secret, and
 * tokens known by their shape. Text beyond 4,096 characters is dropped.
 */
export function redactText(text: string): string {
  return redactUrl(text)
    .replace(header, `$1${redacted}`)
    .replace(secretOptionInText, `$1${redacted}`)
    .replace(secretInText, `$1${redacted}`);
}

/**
 * Removes secrets from the arguments of a program: `--token=…`, `--api-key …`, `password=…`,
 * credentials in URLs, and tokens known by their shape.
 *
 * @example
 * ```ts
 * import { redactArguments } from "./redact.ts";
 *
 * redactArguments(["--lr", "0.1", "--token", "abc"]); // ["--lr", "0.1", "--token", "[redacted]"]
 * ```
 */
export function redactArguments(args: readonly string[]): string[] {
  let secret = false;
  return args.map((arg) => {
    // A flag such as `--auth --verbose` has no value to hide.
    if (secret && !/^--?[a-z]/iu.test(arg)) {
      secret = false;
      return redacted;
    }
    secret = secretOption.test(arg);
    const assignment = secretAssignment.exec(arg.slice(0, MAX_LENGTH));
    // `key://` is a URL's scheme, not a name with a value.
    if (assignment !== null && !assignment[2]?.startsWith("//")) return assignment[1] + redacted;
    return redactText(arg);
  });
}

function redactShapes(text: string): string {
  return shapes.reduce((rest, shape) => rest.replace(shape, redacted), text);
}
