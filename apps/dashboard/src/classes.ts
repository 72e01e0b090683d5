import { count } from './format';

interface Classes {
  readonly classes: readonly string[];
  readonly labelsFrom: string | null;
  /** Number of examples of each class. */
  readonly splits: Readonly<Record<string, readonly number[]>>;
}

/** Number of classes listed with their counts. */
const SHOWN = 20;

/**
 * Describes the classes and their source, so that users can check them before training: as in
 * `Classes, from column "label": a (12), b (9)`.
 */
export function classLine({ classes, labelsFrom, splits }: Classes): string {
  const examples = (label: number): number =>
    Object.values(splits).reduce((sum, counts) => sum + (counts[label] ?? 0), 0);
  const shown = classes.slice(0, SHOWN).map((name, label) => `${name} (${count(examples(label))})`);
  const more = classes.length - shown.length;
  const from = labelsFrom === null ? '' : `, from ${labelsFrom}`;
  return `Classes${from}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
