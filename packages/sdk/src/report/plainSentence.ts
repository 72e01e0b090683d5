import type { PlainComparison } from '@espalier/runner';
import type { Objective } from '@espalier/study';
import { namedValue, writeGap, writeIn } from '@espalier/study/words';
import { smallBackbones } from '../backbones/backbones.js';

/** Compares the best entry without a pre-trained network with the best one that uses one. */
export function plainSentence(
  plain: PlainComparison,
  backbone: string | null,
  objective: Pick<Objective, 'name' | 'label' | 'unit'>,
): string {
  const { difference, low, high, asGood } = plain;
  const recipe = plain.title.replace(/, no network$/, '');
  const gap = `${writeGap(objective, low).replace(/ points$/, '')} to ${writeGap(objective, high)}`;
  const reached = namedValue(objective, writeIn(objective, plain.value));
  if (!asGood) {
    return `Transfer is ${writeGap(objective, difference)} ahead of ${recipe} without any network (${gap}), which reaches ${reached}.`;
  }
  const advice = smallBackbones[backbone ?? ''] ?? '';
  return (
    `Transfer is not clearly better than ${recipe} without any pre-trained network, which reaches ` +
    `${reached} (transfer is ahead by ${gap}). ${advice}`
  ).trim();
}
