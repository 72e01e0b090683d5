import { SearchError } from '../errors.js';
import { ashaPruner, type AshaOptions } from './asha.js';
import { nonePruner } from './none.js';
import type { Pruner } from './pruner.js';

export type PrunerChoice = { readonly kind: 'none' } | ({ readonly kind: 'asha' } & AshaOptions);

export const prunerNames = ['none', 'asha'] as const satisfies readonly PrunerChoice['kind'][];

/** @throws SearchError where no pruner has the kind, or an option is out of its range. */
export function createPruner(choice: PrunerChoice): Pruner {
  switch (choice.kind) {
    case 'none':
      return nonePruner;
    case 'asha':
      return ashaPruner(choice);
    default:
      throw new SearchError(
        `There is no pruner called ${(choice as PrunerChoice).kind}, choose one of ${prunerNames.join(', ')}`,
      );
  }
}
