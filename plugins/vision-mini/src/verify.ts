import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BackboneError } from '@espalier/transfer';

/** @throws BackboneError where the file is not the one this version of the plugin was made with */
export async function verify(path: string, expected: string): Promise<void> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new BackboneError(
      `backbone vision-mini: its weights are missing at ${path}; install @espalier/plugin-vision-mini again`,
      { cause },
    );
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === expected) return;
  throw new BackboneError(
    `backbone vision-mini: ${path} has SHA-256 ${found} where ${expected} is expected, so it is damaged ` +
      'or was replaced; install @espalier/plugin-vision-mini again',
  );
}
