import { type FileLine, readFileLines } from "../../src/record/file_list.ts";
import { join, RUN_FILES } from "../../src/record/layout.ts";
import { Tail } from "../../src/record/tail.ts";

/** The files of a run by their path, as the last line of each has it. */
export function readFileList(directory: string): Map<string, FileLine> {
  const tail = new Tail(join(directory, RUN_FILES.fileList));
  try {
    return new Map(Array.from(readFileLines(tail), (line) => [line.path, line]));
  } finally {
    tail.close();
  }
}
