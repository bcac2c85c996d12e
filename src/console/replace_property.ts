/**
 * Replaces a property, and gives what undoes it. Who has replaced it once more since then is left
 * alone.
 */
export function replaceProperty<T extends object>(
  object: T,
  key: keyof T & string,
  make: PropertyDescriptor,
): () => void {
  const before = Object.getOwnPropertyDescriptor(object, key);
  const replacement = { enumerable: before?.enumerable ?? true, configurable: true, ...make };
  Object.defineProperty(object, key, replacement);
  return () => {
    const now = Object.getOwnPropertyDescriptor(object, key);
    if (now === undefined || now.value !== make.value || now.get !== make.get) return;
    // What it had inherited shows again.
    if (before === undefined) delete object[key];
    else Object.defineProperty(object, key, before);
  };
}
