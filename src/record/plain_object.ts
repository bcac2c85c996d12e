/** Whether an object is a plain one, `{}`, whatever realm it comes from. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What an object that is no plain one is called. */
export function className(value: object): string {
  const { name } = value.constructor ?? {};
  return typeof name === "string" && name !== "" ? name.slice(0, 80) : "object";
}
