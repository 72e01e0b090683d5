import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Gives files of version 1, which called the baseline from random weights scratch, today's names. */
export async function renameFormer(folder: string): Promise<void> {
  for (const place of ['checkpoints', 'weights']) {
    const names = await readdir(join(folder, place)).catch(() => []);
    for (const name of names) {
      const number = /^scratch-(\d+)\.bin$/.exec(name)?.[1];
      if (number === undefined) continue;
      await rename(join(folder, place, name), join(folder, place, `baseline-${number}.bin`));
    }
  }
}
