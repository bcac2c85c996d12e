import { AsyncLocalStorage } from "node:async_hooks";
import { isCellCode } from "./call_site.ts";
import type { ExecutionFeed } from "./execution_feed.ts";

/** Which cell is running. */
export interface Attribution {
  /**
   * The execution number of the cell whose code calls this, also when it calls it later, from a
   * timer or after an await, while another cell runs. 0 stands for the cell in which this was
   * installed, until its number is known; undefined when nothing is known.
   */
  current(): number | undefined;
  /**
   * Marks the cell whose code calls this, when nothing marks it: the first ones are not marked by
   * the hook. Call it before the first await of the function that a cell calls: later, the cell is
   * not in its context.
   *
   * @returns Whether the cell had to be marked.
   */
  enter(): boolean;
  /** Gives the marked cell its number, when the feed knows that one has begun. */
  settle(): void;
  /** Whether the kernel has the hook that this rests on. */
  readonly exact: boolean;
  /** Takes the hook out again. */
  dispose(): void;
}

/** How cells are told apart. */
export interface AttributionOptions {
  /** What the worker knows; without it, a cell after one that failed has the failed one's number. */
  readonly feed?: ExecutionFeed;
}

interface Execution {
  /** 0 while it is not known. */
  number: number;
}

type BroadcastResult = (this: unknown, execution: number, result: unknown) => Promise<void>;

interface KernelInternals {
  broadcastResult?: BroadcastResult;
}

const NOTHING: Attribution = {
  current: () => undefined,
  enter: () => false,
  settle: () => {},
  exact: false,
  dispose: () => {},
};

/**
 * Tells from now on which cell is running. Harmless where there is no kernel. Call it before the
 * first await of the function that a cell calls: later, the cell is not in its context.
 *
 * The kernel calls one of its functions after each cell that did not fail, in the context in which
 * the next cell will run. There the next cell's number is put into an `AsyncLocalStorage`, which
 * all that the cell starts inherits. After a cell that failed, the next one inherits the failed
 * one's number: the worker tells that through the feed, and the call stack tells the code of the
 * new cell from what the failed one had started.
 *
 * @example
 * ```ts
 * const attribution = installAttribution();
 * attribution.current(); // 0 in this cell, its number and its successors' later
 * ```
 */
export function installAttribution(options: AttributionOptions = {}): Attribution {
  const { feed } = options;
  const internals = kernelInternals();
  const original = internals?.broadcastResult;
  if (internals === undefined || typeof original !== "function") return NOTHING;

  const storage = new AsyncLocalStorage<Execution>();
  const first: Execution = { number: 0 };
  /** That of the context in which cells are started. */
  let ambient = first;
  const enter = (number: number) => storage.enterWith(ambient = { number });
  storage.enterWith(first);
  if (feed !== undefined) feed.observed = true;

  const wrapped: BroadcastResult = function (execution, result) {
    // Anything but a number means that the kernel has changed.
    if (Number.isSafeInteger(execution) && execution > 0) {
      feed?.complete(execution);
      // With a worker, it tells: this may be a later cell, when the first one failed.
      if (feed === undefined && first.number === 0) first.number = execution;
      enter(execution + 1);
    }
    return original.call(this, execution, result);
  };
  internals.broadcastResult = wrapped;

  let marked: Execution | undefined;

  return {
    exact: true,
    enter() {
      if (storage.getStore() !== undefined) return false;
      storage.enterWith(marked = ambient = { number: 0 });
      return true;
    },
    settle() {
      // Where none has begun since, it is the one in which the recording began.
      if (marked?.number === 0 && feed !== undefined) marked.number = feed.started;
      marked = undefined;
    },
    current() {
      const execution = storage.getStore();
      if (execution === undefined) return feed === undefined ? undefined : withoutContext(feed);
      if (feed === undefined) return execution.number;
      if (execution.number === 0) execution.number = feed.joined;
      if (execution !== ambient) return execution.number;
      return afterFailure(execution, feed);
    },
    dispose() {
      if (feed !== undefined) feed.observed = false;
      // Somebody else may have wrapped it meanwhile; then ours stays, and does nothing harmful.
      if (internals.broadcastResult === wrapped) internals.broadcastResult = original;
    },
  };

  function afterFailure(execution: Execution, feed: ExecutionFeed): number {
    const { number } = execution;
    const started = feed.started;
    if (!(number > 0 && feed.failed >= number && started > number)) return number;
    if (!isCellCode()) return number;
    enter(started);
    return started;
  }

  /** After an await the first cell is no longer the context of the next, should it fail. */
  function withoutContext(feed: ExecutionFeed): number | undefined {
    const started = feed.started;
    if (!(started > 0) || !isCellCode()) return undefined;
    enter(started);
    return started;
  }
}

function kernelInternals(): KernelInternals | undefined {
  try {
    const deno = Deno as unknown as Readonly<Record<PropertyKey, unknown>>;
    const inner = deno[deno["internal"] as symbol] as { jupyter?: KernelInternals } | undefined;
    return inner?.jupyter;
  } catch {
    return undefined;
  }
}
