import type { LogLevel } from "./http/log.ts";
import type { Limits } from "./services.ts";

/** Options of a server. */
export interface ServerOptions {
  /**
   * The address to listen on. Any other than loopback can be reached by others, who need a key.
   *
   * @default {"127.0.0.1"}
   */
  readonly hostname?: string;
  /**
   * The port to listen on; 0 takes a free one.
   *
   * @default {8080}
   */
  readonly port?: number;
  /**
   * The folder that holds everything: the database and the files of runs.
   *
   * @default {"cellar-server"}
   */
  readonly data?: string;
  /**
   * Where clients find the server, when a proxy stands before it: `https://cellar.example.org`.
   *
   * @default {where requests say}
   */
  readonly publicUrl?: string;
  /**
   * Whether the last address of `X-Forwarded-For` is where a request comes from, so that strangers
   * behind a proxy do not share one limit. Only for a server that a proxy alone can reach: anybody
   * else may write there what they like.
   *
   * @default {false}
   */
  readonly trustProxy?: boolean;
  /**
   * The file in which the key for this machine is kept; null keeps none, and makes none.
   *
   * @default {the login file of this user}
   */
  readonly loginFile?: string | null;
  /**
   * The least important lines that are logged.
   *
   * @default {"warn"}
   */
  readonly logLevel?: LogLevel;
  /**
   * Takes the lines of the log.
   *
   * @default {console.error}
   */
  readonly writeLog?: (line: string) => void;
  /** What one request may take. */
  readonly limits?: Partial<Limits>;
  /**
   * Milliseconds of silence after which a run counts as crashed.
   *
   * @default {300000}
   */
  readonly crashAfter?: number;
}
