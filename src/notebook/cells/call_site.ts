/**
 * Whether the code that calls this is a cell that is being executed, also after an await, and not
 * something that runs later: a timer's callback, a listener, a function that was not awaited.
 *
 * At the bottom of the call stack of a cell is code without a file and without a name. Costs a few
 * microseconds.
 */
export function isCellCode(): boolean {
  let bottom: NodeJS.CallSite | undefined;
  try {
    bottom = bottomOfStack();
  } catch {
    // Somebody has frozen Error: nothing is known then.
  }
  return bottom !== undefined && !bottom.getFileName() && !bottom.getFunctionName();
}

function bottomOfStack(): NodeJS.CallSite | undefined {
  const { prepareStackTrace: prepare, stackTraceLimit: limit } = Error;
  let bottom: NodeJS.CallSite | undefined;
  try {
    Error.stackTraceLimit = 1_000;
    Error.prepareStackTrace = (_error, sites) => {
      bottom = sites.at(-1);
      return "";
    };
    // Reading the stack is what makes V8 call the function above.
    void new Error().stack;
  } finally {
    if (prepare === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Error.prepareStackTrace = prepare;
    Error.stackTraceLimit = limit;
  }
  return bottom;
}
