/**
 * The one place that touches `Deno.jupyter`. Outside of a notebook everything here does nothing.
 *
 * @module
 */

/** A MIME bundle: content by MIME type. */
export type MimeBundle = Readonly<Record<string, unknown>>;

interface JupyterApi {
  broadcast(type: string, content: Record<string, unknown>): Promise<void> | undefined;
}

/** A notebook's kernel, to send outputs through. */
export interface Notebook {
  /** Shows an output in the cell that was executed last, to be updated by its display id. */
  display(id: string, data: MimeBundle): void;
  /** Replaces an output that was shown before, wherever it is. */
  update(id: string, data: MimeBundle): void;
  /** Sends an update of an output that is not there: front ends ignore it, and its echo proves that
   * somebody listens. */
  probe(id: string): void;
}

/** Marks outputs as the tracker's own: they can be drawn again, and the record of cells leaves them
 * out. */
const OWN = { cellar: {} };

/** The notebook that this program runs in; null when it is a script. */
export function currentNotebook(): Notebook | null {
  const jupyter = jupyterApi();
  if (jupyter === null) return null;
  const send = (type: string, id: string, data: MimeBundle) => {
    // Sent at once, also in the middle of a loop that never awaits.
    const sent = jupyter.broadcast(type, { data, metadata: OWN, transient: { display_id: id } });
    // Whether it gives a promise depends on the version; a lost output must not end a cell.
    Promise.resolve(sent).catch(() => {});
  };
  return {
    display: (id, data) => send("display_data", id, data),
    update: (id, data) => send("update_display_data", id, data),
    probe: (id) => send("update_display_data", id, {}),
  };
}

function jupyterApi(): JupyterApi | null {
  try {
    // Outside of a notebook the property is not there, or throws.
    return (Deno as { readonly jupyter?: JupyterApi }).jupyter ?? null;
  } catch {
    return null;
  }
}
