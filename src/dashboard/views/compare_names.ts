const collator = new Intl.Collator("en", { numeric: true });

/** The order of names in which people look for them: `layer2` comes before `layer10`. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
