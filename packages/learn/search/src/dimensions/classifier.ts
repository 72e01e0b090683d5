import { choices, nameDimension } from './dimension.js';
import { only } from './method.js';

/** Names of the classifiers of `@espalier/probes`; a test of the runner compares them. */
const classifierNames = ['logistic', 'ridge'] as const;

export const classifier = nameDimension({
  label: 'Classifier',
  help: 'Linear classifier of a probe: logistic or ridge regression, its penalty chosen by folds',
  names: classifierNames,
  when: only('probe'),
  usual: () => choices(...classifierNames),
  usually: classifierNames.join(', '),
  take: (recipe) => recipe,
});
