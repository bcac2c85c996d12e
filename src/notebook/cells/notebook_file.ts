import { comparableSource } from "./match_source.ts";

/** A notebook larger than this is not read. */
const MAX_NOTEBOOK = 256 * 1024 * 1024;
/** Comparing is for people's cells; a longer one keeps the source that is known. */
const MAX_COMPARED = 200_000;

/**
 * Where the notebook's file is, as the environment tells: `JPY_SESSION_NAME` of Jupyter Server, or
 * `WANDB_NOTEBOOK_NAME`.
 *
 * @param env Reads an environment variable.
 * @param cwd The kernel's working directory, from which a relative path counts.
 * @returns Undefined when it is not told, or when there is no such notebook.
 */
export async function findNotebookFile(
  env: (name: string) => string | undefined,
  cwd: string,
): Promise<string | undefined> {
  for (const name of ["JPY_SESSION_NAME", "WANDB_NOTEBOOK_NAME"]) {
    const value = env(name);
    if (value === undefined || value === "" || value.includes("\0")) continue;
    // Jupyter's path may begin at the server's root; the kernel then runs in the notebook's folder.
    const base = value.split(/[/\\]/).at(-1)!;
    for (const path of [absolute(value, cwd), absolute(base, cwd)]) {
      for (const candidate of path.endsWith(".ipynb") ? [path] : [path, `${path}.ipynb`]) {
        const info = await Deno.stat(candidate).catch(() => undefined);
        if (info?.isFile && candidate.endsWith(".ipynb")) return candidate;
      }
    }
  }
  return undefined;
}

/**
 * The sources of a notebook file's code cells, from top to bottom.
 *
 * @returns Undefined when it cannot be read as a notebook, half-written for example.
 */
export async function readNotebookSources(path: string): Promise<string[] | undefined> {
  try {
    const { size } = await Deno.stat(path);
    if (!(size <= MAX_NOTEBOOK)) return undefined;
    return notebookSources(JSON.parse(await Deno.readTextFile(path)));
  } catch {
    return undefined;
  }
}

/** The sources of a notebook's code cells, from top to bottom; undefined when it is none. */
export function notebookSources(notebook: unknown): string[] | undefined {
  const cells = (notebook as { readonly cells?: unknown } | null | undefined)?.cells;
  if (!Array.isArray(cells)) return undefined;
  return cells.flatMap((cell: { cell_type?: unknown; source?: unknown } | null) => {
    if (cell?.cell_type !== "code") return [];
    const { source } = cell;
    return [Array.isArray(source) ? source.join("") : typeof source === "string" ? source : ""];
  });
}

/**
 * Replaces what the kernel made of cells by the exact source where the notebook has it. A source
 * stays as it is when no cell, or cells that differ, would make the same.
 */
export function exactSources<T extends { readonly source: string; readonly transpiled: boolean }>(
  cells: readonly T[],
  notebook: readonly string[],
): (T & { readonly source: string; readonly transpiled: boolean })[] {
  if (!cells.some((cell) => cell.transpiled)) return [...cells];
  const known = new Map<string, Set<string>>();
  for (const source of notebook) {
    if (source.length > MAX_COMPARED) continue;
    const key = comparableSource(source, false);
    if (key === undefined) continue;
    known.set(key, (known.get(key) ?? new Set()).add(source));
  }
  return cells.map((cell) => {
    if (!cell.transpiled || cell.source.length > MAX_COMPARED) return cell;
    const found = known.get(comparableSource(cell.source, true) ?? "");
    const [source] = found?.size === 1 ? found : [];
    return source === undefined ? cell : { ...cell, source, transpiled: false };
  });
}

function absolute(path: string, cwd: string): string {
  return /^([/\\]|[A-Za-z]:)/.test(path) ? path : `${cwd}/${path}`;
}
