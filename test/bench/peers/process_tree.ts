/** A process and all that it started, as far as the system tells: Linux does. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of pids()) {
    const parent = parentOf(pid);
    if (parent === undefined) continue;
    children.set(parent, [...children.get(parent) ?? [], pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...children.get(pid) ?? []);
  return tree;
}

/**
 * The memory of a process and all that it started, in bytes: what they share counts once.
 * NaN where the system does not tell.
 */
export function treeMemory(root: number): number {
  let kilobytes = NaN;
  for (const pid of processTree(root)) {
    const own = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
    if (own !== undefined) kilobytes = Number(own) + (Number.isNaN(kilobytes) ? 0 : kilobytes);
  }
  return kilobytes * 1_024;
}

function pids(): number[] {
  try {
    return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** The name in parentheses, before the state and the parent, may have any characters. */
function parentOf(pid: number): number | undefined {
  const parent = /\) \S (\d+) [^)]*$/.exec(read(`/proc/${pid}/stat`))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
