import { pairedDifference } from '@espalier/probes';
import { methodOf } from '@espalier/search';
import { methodFor } from '../methods/index.js';
import type { Descended, Members, Soup } from '../methods/method.js';

/** How the weights of trials of a method are averaged. @throws RangeError where they cannot be */
export function soupOf([{ trial }]: Members): Soup {
  const { soup } = methodFor(trial.configuration);
  if (soup === undefined)
    throw new RangeError(`trials of the method ${methodOf(trial.configuration)} make no soup`);
  return soup;
}

/**
 * Trials by what can be averaged, each group the best first; those that stand alone are left out.
 *
 * @param trials the best first
 */
export function soupsAmong(trials: readonly Descended[]): Members[] {
  const groups: [Descended, ...Descended[]][] = [];
  for (const one of trials) {
    const { soup } = methodFor(one.trial.configuration);
    if (soup === undefined) continue;
    const group = groups.find(
      ([{ trial }]) => methodFor(trial.configuration).soup === soup && soup.goTogether(trial, one.trial),
    );
    if (group === undefined) groups.push([one]);
    else group.push(one);
  }
  return groups.filter(({ length }) => length > 1);
}

/**
 * Takes trials into a soup as long as its loss becomes less (Wortsman et al., 2022, recipe 1).
 *
 * @param lossesOf of each example that is judged by
 * @returns null where the best alone is better than with any other
 */
export async function greedySoup(
  [best, ...others]: Members,
  lossesOf: (members: Members) => Promise<Float64Array>,
): Promise<Members | null> {
  let members: Members = [best];
  let losses = await lossesOf(members);
  for (const other of others) {
    const tried: Members = [...members, other];
    const found = await lossesOf(tried);
    if (pairedDifference(found, losses).difference >= 0) continue;
    [members, losses] = [tried, found];
  }
  return members.length > 1 ? members : null;
}
