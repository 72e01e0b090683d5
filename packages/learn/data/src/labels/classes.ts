import { countLabels } from '../dataset.js';
import { DatasetError } from '../errors.js';
import { counted, shownSome } from '../words.js';
import type { LabelKind, Remaining } from './kind.js';
import { labelRows } from './names.js';

/** Below this a class cannot give a train, a validation and a test set anything to say. */
export const minimumPerClass = 5;

/** @throws DatasetError where there are fewer than two */
function requireTwoClasses(path: string, classes: readonly string[]): void {
  if (classes.length >= 2) return;
  const found = classes.length === 0 ? 'none' : `only "${classes[0]}"`;
  throw new DatasetError(`Espalier needs at least two classes, and ${path} has ${found}.`);
}

/** @throws DatasetError naming each class with fewer than `minimumPerClass` examples. */
function requireEnoughExamples(
  examples: readonly { readonly label: number }[],
  classes: readonly string[],
  where: string,
): void {
  const counts = countLabels(examples, classes.length);
  const small = classes.flatMap((name, label) =>
    (counts[label] ?? 0) < minimumPerClass ? [`"${name}" has ${counts[label]}`] : [],
  );
  if (small.length === 0) return;
  const rest =
    small.length > 5 ? ` and ${counted(small.length - 5, 'more class', 'more classes')} too few` : '';
  throw new DatasetError(
    `${where}: class ${small.slice(0, 5).join(', class ')}${rest}; ` +
      `a class needs at least ${minimumPerClass} examples to be split. Add examples, remove the class, or leave such classes out with --drop-small-classes.`,
  );
}

/** Leaves out the classes that {@link requireEnoughExamples} would refuse. */
function withoutSmallClasses<E extends { readonly label: number }>(
  examples: readonly E[],
  classes: readonly string[],
): Remaining<E> {
  const counts = countLabels(examples, classes.length);
  const kept = classes.flatMap((_, label) => ((counts[label] ?? 0) < minimumPerClass ? [] : [label]));
  if (kept.length === classes.length) return { examples, classes, note: null };
  const numbers = new Map(kept.map((label, i) => [label, i]));
  const dropped = classes.flatMap((name, label) =>
    numbers.has(label) ? [] : [`"${name}" (${counts[label]})`],
  );
  return {
    examples: examples.flatMap((example) => {
      const label = numbers.get(example.label);
      return label === undefined ? [] : [{ ...example, label }];
    }),
    classes: kept.map((label) => classes[label] as string),
    note: `Left out ${counted(dropped.length, 'class', 'classes')} of fewer than ${minimumPerClass} examples: ${shownSome(dropped, 10)}.`,
  };
}

/** Labels that are one of some classes each. */
export const classLabels: LabelKind = {
  noun: 'class',
  find: labelRows,
  require: (where, classes, examples) => {
    requireTwoClasses(where, classes);
    requireEnoughExamples(examples, classes, where);
  },
  drop: withoutSmallClasses,
  stratum: (label) => label,
};
