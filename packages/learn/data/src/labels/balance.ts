import { countLabels } from '../dataset.js';

export interface ClassBalance {
  /** Examples of each class, in the order of the classes. */
  readonly counts: readonly number[];
  /** Largest class over smallest, at least 1; Infinity where a class has no example. */
  readonly ratio: number;
  /** Loss weight of each class, inverse to its frequency, with mean 1 over the examples. */
  readonly weights: readonly number[];
  readonly imbalanced: boolean;
  /** A sentence for people where the classes are imbalanced. */
  readonly note?: string;
}

/** Beyond this, a model that never answers a small class has nearly the best accuracy: classes count alike then. */
const extremeFrom = 10;

/** Whether accuracy is no goal for classes so unlike in size. */
export const isExtreme = ({ ratio }: Pick<ClassBalance, 'ratio'>): boolean => ratio > extremeFrom;

/** From here on, accuracy hides a class the model never predicts. */
const imbalancedFrom = 3;

export function classBalance(
  examples: readonly { readonly label: number }[],
  classes: readonly string[],
): ClassBalance {
  const counts = countLabels(examples, classes.length);
  const largest = Math.max(...counts);
  const smallest = Math.min(...counts);
  const ratio = largest === 0 ? 1 : largest / smallest;
  const present = counts.filter((count) => count > 0).length;
  const weights = counts.map((count) => (count === 0 ? 0 : examples.length / (present * count)));
  if (ratio < imbalancedFrom) return { counts, ratio, weights, imbalanced: false };
  const described = (count: number): string => `"${classes[counts.indexOf(count)]}" has ${count}`;
  const note =
    `The classes are imbalanced: ${described(largest)} example${largest === 1 ? '' : 's'} and ${described(smallest)}; ` +
    (isExtreme({ ratio })
      ? 'beyond 10 to 1 every class counts the same in training and where models are compared (balanced accuracy), unless --class-weights says otherwise.'
      : 'balanced accuracy and class weights keep the small ones in sight.');
  return { counts, ratio, weights, imbalanced: true, note };
}
