import type { Objective } from '@espalier/study';

/** What gains are measured in. */
export type GainUnit = Pick<Objective, 'direction' | 'unit'>;

export const SHARE: GainUnit = { direction: 'maximise', unit: 'share' };

/** A difference of gains, which is 0 or more: 1.2 points or 0.034. */
export function writeDifference(difference: number, { unit }: GainUnit): string {
  if (unit !== 'share')
    return difference < 1e-4 ? 'less than 0.0001' : String(Number(difference.toPrecision(2)));
  return difference < 5e-4 ? 'less than 0.1 points' : `${(100 * difference).toFixed(1)} points`;
}
