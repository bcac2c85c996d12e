/**
 * The addresses of the pages.
 *
 * @module
 */

/** A project's place. */
export interface ProjectPlace {
  readonly entity: string;
  readonly project: string;
}

/** A run's place. */
export interface RunPlace extends ProjectPlace {
  readonly id: string;
}

/** The address of a project's page. */
export function projectPath({ entity, project }: ProjectPlace): string {
  return `/${segment(entity)}/${segment(project)}`;
}

/** The address of a run's page. */
export function runPath(run: RunPlace): string {
  return `${projectPath(run)}/runs/${segment(run.id)}`;
}

/**
 * An address with a query: parameters that are empty are left out.
 *
 * @example
 * ```ts
 * withQuery("/team/mnist", { sort: "-created", q: "" }); // "/team/mnist?sort=-created"
 * ```
 */
export function withQuery(
  path: string,
  parameters: Readonly<Record<string, string | number | null | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, String(value));
  }
  return query.size === 0 ? path : `${path}?${query}`;
}

/** An address with its query changed; a parameter that becomes empty goes away. */
export function changed(
  url: URL,
  parameters: Readonly<Record<string, string | number | null | undefined>>,
): string {
  const query = new URLSearchParams(url.searchParams);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null || value === undefined || value === "") query.delete(name);
    else query.set(name, String(value));
  }
  return query.size === 0 ? url.pathname : `${url.pathname}?${query}`;
}

/** A segment of a path. Half of a surrogate pair cannot be encoded. */
function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
