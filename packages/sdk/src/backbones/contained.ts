import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { Backbone } from '@espalier/transfer';
import { SdkError } from '../errors.js';

/** The folder, with links resolved, that an untrusted network must lie in; null where there is none. */
export async function folderOf(place: string): Promise<string | null> {
  const real = await realpath(place).catch(() => null);
  if (real === null) return null;
  return (await stat(real)).isDirectory() ? real : dirname(real);
}

/**
 * Checks that the network of a backbone lies in a folder, with links resolved.
 *
 * @param within null if any folder is allowed
 * @throws SdkError if it lies outside, before any of it is read
 */
export async function requireContained(backbone: Backbone, within: string | null): Promise<Backbone> {
  if (within === null || backbone.source.kind !== 'file') return backbone;
  const requireInside = async (path: string): Promise<void> => {
    const real = await realpath(path).catch(() => resolve(path));
    if (real.startsWith(within + sep)) return;
    throw new SdkError(
      `backbone ${backbone.id}: its description names a network outside of its own folder, which Espalier does not read; put both into one folder`,
    );
  };
  await requireInside(backbone.source.path);
  return {
    ...backbone,
    load: (context) =>
      backbone.load({
        ...context,
        inspectInputs: async (path) => {
          await requireInside(path);
          return context.inspectInputs(path);
        },
      }),
  };
}
