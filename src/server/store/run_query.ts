import type { StoredRun } from "./runs.ts";

/** A field of a run that can be filtered and ordered by. */
export type FieldRef =
  | {
    readonly scope: "run";
    readonly name:
      | "id"
      | "displayName"
      | "state"
      | "group"
      | "jobType"
      | "username"
      | "host"
      | "notes"
      | "sweep"
      | "commit"
      | "createdAt"
      | "heartbeatAt"
      | "duration"
      | "tags";
  }
  /** A leaf of the configuration or of the summary, its path joined with dots. */
  | { readonly scope: "config" | "summary"; readonly path: string };

/** A value that fields are compared with. `createdAt` and `heartbeatAt` take milliseconds. */
export type FieldValue = number | string | boolean | null;

/** Which runs. A field that a run does not have equals null, and nothing else. */
export type RunFilter =
  | { readonly op: "and" | "or"; readonly of: readonly RunFilter[] }
  | { readonly op: "not"; readonly of: RunFilter }
  | {
    readonly op: "eq" | "gt" | "gte" | "lt" | "lte";
    readonly field: FieldRef;
    readonly value: FieldValue;
  }
  | { readonly op: "in"; readonly field: FieldRef; readonly values: readonly FieldValue[] }
  | { readonly op: "exists"; readonly field: FieldRef }
  /** A text that matches the regular expression (RE2 syntax), anywhere. */
  | { readonly op: "regex"; readonly field: FieldRef; readonly pattern: string }
  /** A text that holds the text, in any case of letters. */
  | { readonly op: "contains"; readonly field: FieldRef; readonly text: string };

/** An order of runs. Runs without the field come last, either way. */
export interface RunOrder {
  readonly field: FieldRef;
  readonly descending: boolean;
}

/** A page of a project's runs. */
export interface RunQuery {
  /** The project's number in the store. */
  readonly project: number;
  /** @default all of them */
  readonly filter?: RunFilter;
  /** @default by `createdAt`, the oldest first */
  readonly order?: RunOrder;
  /** @default 50, at most 1,000 */
  readonly first?: number;
  /** The cursor that the page goes on after. */
  readonly after?: string | null;
}

/** What a query found. */
export interface RunPage {
  readonly edges: readonly { readonly run: StoredRun; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}
