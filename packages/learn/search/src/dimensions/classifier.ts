import { choices, nameDimension } from './dimension.js';
import { only } from './method.js';

/** Linear classifiers that a probe fits. */
export const classifierNames = ['logistic', 'ridge'] as const;
export type ClassifierName = (typeof classifierNames)[number];

export const classifier = nameDimension({
  label: 'Classifier',
  help: 'Linear classifier of a probe: logistic or ridge regression, its penalty chosen by folds',
  names: classifierNames,
  when: only('probe'),
  usual: () => choices(...classifierNames),
  usually: classifierNames.join(', '),
  take: (recipe) => recipe,
});
