import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux keeps it in memory. */
const MEMORY = '/dev/shm';
/** A container may have 64 MB of it, and a store takes 40. */
const ENOUGH_BYTES = 4 * 2 ** 30;

function memoryIsEnough(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return Math.min(bavail * bsize, process.availableMemory()) > ENOUGH_BYTES;
}

/**
 * Makes a folder for the stores of a test, in memory where there is enough of it: copying a store there takes
 * a tenth of the time. Processes that are killed lose nothing of it, as they lose nothing of a disk.
 *
 * @returns its path; whoever asks for it removes it
 */
export const storeFolder = (prefix: string): string =>
  mkdtempSync(join(memoryIsEnough() ? MEMORY : tmpdir(), `espalier-${prefix}-`));
