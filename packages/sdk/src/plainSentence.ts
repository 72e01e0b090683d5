import type { PlainComparison } from '@espalier/runner';
import { smallBackbones } from './backbones.js';

const points = (share: number): string => (100 * share).toFixed(1);

/** How the best that needs no pre-trained network compares with the best that uses one. */
export function plainSentence(plain: PlainComparison, backbone: string | null): string {
  const { title, accuracy, difference, low, high, asGood } = plain;
  const gap = `${points(low)} to ${points(high)} points`;
  if (!asGood) {
    return `Transfer is ${points(difference)} points ahead of ${title} (${gap}), which reaches ${points(accuracy)} %.`;
  }
  const advice = smallBackbones[backbone ?? ''] ?? '';
  return `Without any pre-trained network, ${title} is as good: ${points(accuracy)} %, and transfer is ahead by ${gap}. ${advice}`.trim();
}
