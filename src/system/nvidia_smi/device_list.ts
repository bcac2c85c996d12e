/** The GPU that each MIG device is a part of, both by uuid, from what `nvidia-smi -L` prints. */
export function parseDeviceList(text: string): Map<string, string> {
  const parents = new Map<string, string>();
  let gpu: string | undefined;
  for (const line of text.slice(0, 100_000).split("\n")) {
    const uuid = /\(UUID: ((?:GPU|MIG)-[\w/-]{1,80})\)/u.exec(line)?.[1];
    if (uuid === undefined) continue;
    if (/^GPU \d+:/u.test(line)) gpu = uuid;
    else if (gpu !== undefined) parents.set(uuid, gpu);
  }
  return parents;
}
