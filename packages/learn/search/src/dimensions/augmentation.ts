import { modalities, nouns, policiesOf, usualPoliciesOf } from '@espalier/data';
import type { Modality } from '@espalier/transfer';
import { SearchError } from '../errors.js';
import { choices, nameDimension } from './dimension.js';
import { only } from './method.js';

/** The names of all modalities, those that were registered later included; each modality has `none`. */
const names = (): readonly [string, ...string[]] => [
  'none',
  ...new Set(modalities.names.flatMap(policiesOf).filter((name) => name !== 'none')),
];

const namesIn = (): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(modalities.names.map((modality) => [modality, policiesOf(modality)]));

/** @throws SearchError where a modality has no policy of a name */
function requireIn(modality: Modality, values: readonly string[]): void {
  const possible: readonly string[] = policiesOf(modality);
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
  namesIn,
  when: only('tune'),
  beside: 'alike',
  usual: ({ modality }) => choices(...usualPoliciesOf(modality)),
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
