/** Who asks, and what they may see and change. */
export interface Viewer {
  /** Their name; null for who has not logged in, where reading is open to everybody. */
  readonly username: string | null;
  /** The entities whose projects they may read. */
  readonly entities: readonly string[] | "all";
  /** Whether they may read what belongs to the entity. */
  mayRead(entity: string): boolean;
  /** Whether they may stop, delete and describe the entity's runs. */
  mayWrite(entity: string): boolean;
}
