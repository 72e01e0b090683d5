import type { PlainComparison } from '@espalier/runner';
import { smallBackbones } from '../backbones/backbones.js';

const points = (share: number): string => (100 * share).toFixed(1);

/** Compares the best entry without a pre-trained network with the best one that uses one. */
export function plainSentence(plain: PlainComparison, backbone: string | null): string {
  const { accuracy, difference, low, high, asGood } = plain;
  const recipe = plain.title.replace(/, no network$/, '');
  const gap = `${points(low)} to ${points(high)} points`;
  if (!asGood) {
    return `Transfer is ${points(difference)} points ahead of ${recipe} without any network (${gap}), which reaches ${points(accuracy)} %.`;
  }
  const advice = smallBackbones[backbone ?? ''] ?? '';
  return (
    `Transfer is not clearly better than ${recipe} without any pre-trained network, which reaches ` +
    `${points(accuracy)} % (transfer is ahead by ${gap}). ${advice}`
  ).trim();
}
