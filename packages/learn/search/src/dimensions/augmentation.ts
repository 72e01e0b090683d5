import { defaultPolicies, nouns, policies } from '@espalier/data';
import type { Modality } from '@espalier/transfer';
import { SearchError } from '../errors.js';
import { choices, nameDimension } from './dimension.js';
import { only } from './method.js';

const names = [...new Set(Object.values(policies).flat())] as [string, ...string[]];

/** @throws SearchError where a modality has no policy of a name */
function requireIn(modality: Modality, values: readonly string[]): void {
  const possible: readonly string[] = policies[modality];
  const wrong = values.find((name) => !possible.includes(name));
  if (wrong === undefined) return;
  const noun = `${nouns[modality]}s`;
  throw new SearchError(`there is no augmentation '${wrong}' for ${noun}; there are ${possible.join(', ')}`);
}

export const augmentation = nameDimension({
  label: 'Augmentation',
  help: 'How training examples are varied',
  flag: 'augment',
  names,
  namesIn: policies,
  when: only('tune'),
  usual: ({ modality }) => choices(...defaultPolicies[modality]),
  usually: 'the usual ones',
  narrow: (range, { modality, policies: possible }) => {
    const values = range.kind === 'choices' ? range.values.map(String) : [];
    requireIn(modality, values);
    // Views that do not fit the cache are left out.
    const fitting = values.filter((name) => possible.includes(name));
    return choices(...(fitting.length > 0 ? fitting : ['none']));
  },
  take: (recipe, augmentation) => ({ ...recipe, augmentation }),
});
