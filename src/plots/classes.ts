/** What names a class: its number, or its name. */
export type ClassLabel = number | string | boolean | bigint;

/** Classes that something was sorted into, by index. */
export interface Classes {
  /** In order: numbers by size, then the others by their text. */
  readonly labels: readonly ClassLabel[];
  /** What people see. */
  readonly names: readonly string[];
  /** The index of a label; undefined when it is not among them. */
  indexOf(label: unknown): number | undefined;
}

/** Whether a value can name a class; NaN, null and undefined cannot. */
export function isClassLabel(value: unknown): value is ClassLabel {
  switch (typeof value) {
    case "number":
      return !Number.isNaN(value);
    case "string":
    case "boolean":
    case "bigint":
      return true;
    default:
      return false;
  }
}

/**
 * The classes among labels.
 *
 * @param names The name of each class. Labels are then these names, or their indices.
 * @throws {RangeError} When a label is none of the named classes.
 */
export function classesOf(
  columns: readonly ArrayLike<unknown>[],
  names?: readonly string[],
): Classes {
  const distinct = new Set<ClassLabel>();
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const label = column[i];
      if (isClassLabel(label)) distinct.add(label);
    }
  }
  if (names === undefined) return indexed([...distinct].sort(compareLabels), String);
  const byName = new Map(names.map((name, index) => [name, index]));
  const indexOf = (label: unknown): number | undefined => {
    if (typeof label === "string") return byName.get(label);
    const index = Number(label);
    return isClassLabel(label) && Number.isInteger(index) && index >= 0 && index < names.length
      ? index
      : undefined;
  };
  for (const label of distinct) {
    if (indexOf(label) !== undefined) continue;
    throw new RangeError(
      `Cannot tell the class ${JSON.stringify(String(label).slice(0, 80))}: it is none of the ` +
        `${names.length} names, and no index of one`,
    );
  }
  return { labels: names.map((_name, index) => index), names, indexOf };
}

function indexed(
  labels: readonly ClassLabel[],
  nameOf: (label: ClassLabel) => string,
): Classes {
  const map = new Map<unknown, number>(labels.map((label, index) => [label, index]));
  return { labels, names: labels.map(nameOf), indexOf: (label) => map.get(label) };
}

function compareLabels(a: ClassLabel, b: ClassLabel): number {
  const [numberA, numberB] = [isNumeric(a), isNumeric(b)];
  if (numberA !== numberB) return numberA ? -1 : 1;
  if (numberA) return a < b ? -1 : a > b ? 1 : 0;
  const [textA, textB] = [String(a), String(b)];
  return textA < textB ? -1 : textA > textB ? 1 : 0;
}

function isNumeric(label: ClassLabel): boolean {
  return typeof label === "number" || typeof label === "bigint";
}
