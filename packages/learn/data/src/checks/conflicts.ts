import type { Dataset, ScannedExample } from '../dataset.js';
import { nouns } from '../modalities/allFacts.js';

/** Says how many examples have the same content under several classes; null where none has. */
export function conflictNote(
  { modality, classes }: Pick<Dataset, 'modality' | 'classes'>,
  examples: readonly ScannedExample[],
): string | null {
  const byContent = new Map<string, ScannedExample[]>();
  for (const example of examples) {
    const same = byContent.get(example.contentHash);
    if (same === undefined) byContent.set(example.contentHash, [example]);
    else same.push(example);
  }
  const conflicts = [...byContent.values()].filter(
    (same) => new Set(same.map(({ label }) => label)).size > 1,
  );
  const [first] = conflicts;
  if (first === undefined) return null;
  const [a, b] = [first[0], first.find(({ label }) => label !== first[0]?.label)];
  const shown = [a, b].flatMap((one) => (one === undefined ? [] : [`${one.id} is "${classes[one.label]}"`]));
  const count = conflicts.length;
  const what = count === 1 ? `One ${nouns[modality]} is` : `${count} ${nouns[modality]}s are`;
  return `${what} there under several classes, of which at most one is right: ${shown.join(' and ')}.`;
}
