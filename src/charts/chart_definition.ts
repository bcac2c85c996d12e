/** What W&B's server knows a chart by: a preset, and which columns of a table it shows. */
export interface ChartDefinition {
  /** The preset, such as `wandb/line/v0`. */
  readonly preset: string;
  /** The column for each field of the preset; null where it has none. */
  readonly fields: Readonly<Record<string, string | null>>;
  /** Texts of the preset, such as its title. */
  readonly strings: Readonly<Record<string, string>>;
}

/** How large a chart is drawn. */
export interface ChartSize {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}
