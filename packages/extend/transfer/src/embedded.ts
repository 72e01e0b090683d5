import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BackboneError } from './backbone.js';

/**
 * Checks a file that comes with a plugin.
 *
 * @throws BackboneError where the file is not the one this version of the plugin was made with
 */
export async function verifyEmbedded(id: string, path: string, expected: string): Promise<void> {
  const advice = `install @espalier/plugin-${id} again`;
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new BackboneError(`backbone ${id}: its weights are missing at ${path}; ${advice}`, { cause });
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === expected) return;
  throw new BackboneError(
    `backbone ${id}: ${path} has the SHA-256 ${found} instead of ${expected}, so it is damaged ` +
      `or was replaced; ${advice}`,
  );
}
