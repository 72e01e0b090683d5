import { SearchError } from '../errors.js';
import { ashaPruner, type AshaOptions } from './asha.js';
import { nonePruner } from './none.js';
import type { OwnPruner, Pruner } from './pruner.js';

export type PrunerChoice = { readonly kind: 'none' } | ({ readonly kind: 'asha' } & AshaOptions);

/** Of those that come with Espalier. */
export const prunerNames = ['none', 'asha'] as const satisfies readonly PrunerChoice['kind'][];

const registered = new Map<string, Pruner>();

/** Makes a plugin's pruner one that can be chosen. @throws SearchError where its name is taken */
export function registerPruner(pruner: Pruner): void {
  const { name } = pruner;
  if (knownPruners().includes(name)) throw new SearchError(`There is a pruner called ${name} already`);
  registered.set(name, pruner);
}

/** Names of all pruners that can be chosen. */
export const knownPruners = (): readonly string[] => [...prunerNames, ...registered.keys()];

/** The pruner of a plugin; null where none has the name. */
export const registeredPruner = (name: string): Pruner | null => registered.get(name) ?? null;

/** @throws SearchError where no pruner has the kind, or an option is out of its range. */
export function createPruner(choice: PrunerChoice): OwnPruner {
  switch (choice.kind) {
    case 'none':
      return nonePruner;
    case 'asha':
      return ashaPruner(choice);
    default:
      throw new SearchError(
        `There is no pruner called ${(choice as PrunerChoice).kind}, choose one of ${knownPruners().join(', ')}`,
      );
  }
}
