/** Bytes that a drive has read and written. */
export interface DriveCounters {
  readonly name: string;
  readonly read: number;
  readonly written: number;
}

/** Whole drives: their partitions, RAM disks and loops would count the same bytes again. */
const drive = /^(?:sd[a-z]{1,3}|hd[a-z]|vd[a-z]{1,2}|xvd[a-z]{1,2}|nvme\d+n\d+|mmcblk\d+)$/u;
const MAX_DRIVES = 16;

/** The drives from the text of `/proc/diskstats`, at most 16. */
export function parseDiskstats(text: string): DriveCounters[] {
  const drives: DriveCounters[] = [];
  for (const line of text.split("\n")) {
    const fields = line.trim().split(/\s+/u);
    const name = fields[2] ?? "";
    if (!drive.test(name)) continue;
    // The kernel counts in sectors of 512 bytes, whatever the drive's own size is.
    const read = Number(fields[5]) * 512;
    const written = Number(fields[9]) * 512;
    if (read >= 0 && written >= 0) drives.push({ name, read, written });
    if (drives.length === MAX_DRIVES) break;
  }
  return drives;
}

/** A file system's size in bytes. */
export interface DiskUsage {
  readonly total: number;
  readonly used: number;
}

/** The row of a file system: `system.disk.<path>.usagePercent` and `.usageGB` (2^30 bytes). */
export function diskUsageRow(path: string, { total, used }: DiskUsage): Record<string, number> {
  if (!(total > 0 && used >= 0)) return {};
  return {
    [`system.disk.${path}.usagePercent`]: Math.round((used / total) * 10_000) / 100,
    [`system.disk.${path}.usageGB`]: Math.round((used / 2 ** 30) * 100) / 100,
  };
}

/** Counts what the drives read and wrote since it first looked, in MB of 1,048,576 bytes. */
export class DriveMeter {
  readonly #first = new Map<string, DriveCounters>();

  /** The row of a reading: `system.disk.<device>.in` (read) and `.out` (written). */
  row(drives: readonly DriveCounters[]): Record<string, number> {
    const row: Record<string, number> = {};
    for (const now of drives) {
      const first = this.#first.get(now.name);
      if (first === undefined || now.read < first.read || now.written < first.written) {
        this.#first.set(now.name, now);
        continue;
      }
      const megabytes = (bytes: number): number => Math.round((bytes / 2 ** 20) * 1000) / 1000;
      row[`system.disk.${now.name}.in`] = megabytes(now.read - first.read);
      row[`system.disk.${now.name}.out`] = megabytes(now.written - first.written);
    }
    return row;
  }
}
