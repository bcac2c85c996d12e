/** Called with the arguments of a method. It must not throw. */
export type Listener = (args: readonly unknown[]) => void;

/** When a listener is called. */
export type When = "before" | "after";

interface Hook {
  readonly before: Set<Listener>;
  readonly after: Set<Listener>;
  restore(): void;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

const hooks = new WeakMap<object, Map<string, Hook>>();

/**
 * Listens to the calls of a method of one object. However many listen, the method is wrapped once;
 * when the last has gone it is what it was.
 *
 * @returns What ends it.
 */
export function listen(
  target: object,
  method: string,
  when: When,
  listener: Listener,
): () => void {
  const ofTarget = hooks.get(target) ?? new Map<string, Hook>();
  hooks.set(target, ofTarget);
  const hook = ofTarget.get(method) ?? wrap(target as Record<string, unknown>, method);
  ofTarget.set(method, hook);
  hook[when].add(listener);
  return () => {
    hook[when].delete(listener);
    if (hook.before.size + hook.after.size > 0 || ofTarget.get(method) !== hook) return;
    ofTarget.delete(method);
    hook.restore();
  };
}

function wrap(target: Record<string, unknown>, method: string): Hook {
  const own = Object.getOwnPropertyDescriptor(target, method);
  const original = target[method] as Method;
  const before = new Set<Listener>();
  const after = new Set<Listener>();
  const wrapper: Method = function (...args) {
    for (const listener of before) listener(args);
    const result = original.apply(this, args);
    for (const listener of after) listener(args);
    return result;
  };
  Object.defineProperty(target, method, { value: wrapper, writable: true, configurable: true });
  return {
    before,
    after,
    restore() {
      // Somebody may have wrapped it again; then it stays, and does nothing.
      if (target[method] !== wrapper) return;
      if (own === undefined) delete target[method];
      else Object.defineProperty(target, method, own);
    },
  };
}
