import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { join, RUN_FILES } from "../record/layout.ts";
import { parseLine } from "../record/parse_line.ts";
import { Tail } from "../record/tail.ts";
import { importSpecifiers } from "./local_imports.ts";
import { type ModuleGraph, moduleGraph, type ModuleGraphOptions } from "./module_graph.ts";

const MAX_SPECIFIERS = 1_000;

/** What the executed cells of a notebook import, as their record grows. */
export class NotebookImports {
  readonly #directory: string;
  readonly #cells: Tail;
  readonly #found = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
    this.#cells = new Tail(join(directory, RUN_FILES.cells));
  }

  /** Reads the cells that have come since the last time; false when they import nothing new. */
  read(): boolean {
    const before = this.#found.size;
    for (const text of this.#cells.read()) {
      const source = parseLine<{ readonly source?: unknown }>(text)?.source;
      if (typeof source !== "string") continue;
      for (const specifier of importSpecifiers(source)) {
        if (this.#found.size < MAX_SPECIFIERS) this.#found.add(specifier);
      }
    }
    return this.#found.size > before;
  }

  /**
   * Asks Deno what all that leads to, by a module that imports it.
   *
   * @param config The configuration that the kernel found.
   */
  async graph(options: ModuleGraphOptions, config?: string): Promise<ModuleGraph | null> {
    // A cell's imports resolve from the kernel's directory.
    const base = pathToFileURL(join(options.cwd, "cell.ts"));
    const lines = [...this.#found].map((specifier) => {
      const target = /^\.{0,2}\//u.test(specifier) ? URL.parse(specifier, base)?.href : specifier;
      return `import ${JSON.stringify(target ?? specifier)};\n`;
    });
    const path = join(this.#directory, ".imports.ts");
    const flags = config === undefined ? [] : ["--config", config];
    await Deno.writeTextFile(path, lines.join(""));
    try {
      const graph = await moduleGraph(pathToFileURL(path).href, {
        ...options,
        flags: { flags, lock: [] },
      });
      if (graph === null) return null;
      return { ...graph, local: graph.local.filter((file) => basename(file) !== ".imports.ts") };
    } finally {
      await Deno.remove(path);
    }
  }

  /** Closes the record of cells. */
  close(): void {
    this.#cells.close();
  }
}
