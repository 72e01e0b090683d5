/** Number of bytes between two progress lines of a download. */
const SAID_EVERY = 20e6;

/** Reports the progress of a download on the error stream, which results do not use. */
export function reportTransfer(path: string, done: number, total: number): void {
  const before = said.get(path) ?? 0;
  if (total < SAID_EVERY || (done - before < SAID_EVERY && done < total)) return;
  said.set(path, done);
  process.stderr.write(`Downloading ${path}: ${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB\n`);
}

const said = new Map<string, number>();
