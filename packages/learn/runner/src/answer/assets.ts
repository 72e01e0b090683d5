import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@espalier/base/files';
import type { PreparedBackbone } from '../backbone/backbone.js';

/** What the preprocessing reads goes with the model, so that it runs anywhere. */
export async function copyAssets(
  folder: string,
  { loaded }: Pick<PreparedBackbone, 'loaded'>,
): Promise<void> {
  for (const [name, path] of Object.entries(loaded.assets ?? {})) {
    await writeFileAtomic(join(folder, name), await readFile(path));
  }
}
