import { KernelProcess } from "../../../src/notebook/kernel/kernel_process.ts";

/** A real Deno kernel, whose connection file has a name that is hard to parse. */
export class TestKernel {
  /** @param directory Where the connection file is written, and the kernel's working directory. */
  static start(directory: string, env: Record<string, string> = {}): Promise<KernelProcess> {
    const connectionFile = `${directory}/kernel with spaces ${crypto.randomUUID()}.json`;
    return KernelProcess.start({ connectionFile, cwd: directory, env });
  }
}
