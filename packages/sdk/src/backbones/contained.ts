import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { Backbone } from '@espalier/transfer';
import { SdkError } from '../errors.js';

/** The folder that a stranger's network has to lie in, without links; null where there is none. */
export async function folderOf(place: string): Promise<string | null> {
  const real = await realpath(place).catch(() => null);
  if (real === null) return null;
  return (await stat(real)).isDirectory() ? real : dirname(real);
}

/**
 * A backbone whose network lies in a folder, by its links too.
 *
 * @param within null where it may lie anywhere
 * @throws SdkError where it lies outside, before anything of it is read
 */
export async function requireContained(backbone: Backbone, within: string | null): Promise<Backbone> {
  if (within === null || backbone.source.kind !== 'file') return backbone;
  const requireInside = async (path: string): Promise<void> => {
    const real = await realpath(path).catch(() => resolve(path));
    if (real.startsWith(within + sep)) return;
    throw new SdkError(
      `backbone ${backbone.id}: what describes it names a network outside of its own folder, which is not read; put both into one folder`,
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
