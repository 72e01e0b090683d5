import { spentOn, trainingCosts } from '@espalier/search';
import type { Costs, Measured, TrialRecord } from '@espalier/study';
import { singlesOf, trialsOf, type Choice } from '../answer/choice.js';
import type { Session } from '../study/session.js';
import { measureNetwork } from './measure.js';
import { networkOfChoice, type Network } from './network.js';

/** Measures networks, each once: what the history of the study has is not measured again. */
export interface Meter {
  /** What was measured so far. */
  measured(): Measured;
  /** What a network costs, measured where it was not. */
  of(network: Network): Promise<Costs>;
}

/** @param known what the history has */
export function openMeter(session: Session, known: Measured): Meter {
  let all = known;
  return {
    measured: () => all,
    of: async (network) => {
      const before = all[network.name];
      if (before !== undefined) return before;
      session.signal.throwIfAborted();
      const costs = await measureNetwork(session, network);
      await session.record({ type: 'measured', network: network.name, costs });
      all = { ...all, [network.name]: costs };
      return costs;
    },
  };
}

/** What the training of a choice in the search cost. */
export function trainingOf(choice: Choice, trials: readonly TrialRecord[]): Costs {
  const probes = singlesOf(choice).flatMap((single) => (single.kind === 'probe' ? [single.record] : []));
  const seconds = [
    ...probes.map((record) => record.seconds),
    ...trialsOf(choice).map((trial) => spentOn(trials, trial).seconds),
  ].reduce((sum, one) => sum + one, 0);
  return trainingCosts({ seconds });
}

/** What a line of the leaderboard costs, as far as it is known. */
export const costsOfChoice = (choice: Choice, trials: readonly TrialRecord[], measured: Measured): Costs => ({
  ...measured[networkOfChoice(choice).name],
  ...trainingOf(choice, trials),
});

/** Seconds that measuring one network takes at most, but for the slowest. */
const SECONDS = 1;

/**
 * Measures the networks of a leaderboard. Where nothing limits what they cost, that can be done without: it is left
 * out where there is no time for it.
 *
 * @returns what was left out, a sentence each
 */
export async function measureCosts(
  session: Session,
  lines: readonly { readonly choice: Choice }[],
  meter: Meter,
): Promise<string[]> {
  const networks = new Map(
    lines.map(({ choice }) => {
      const network = networkOfChoice(choice);
      return [network.name, network] as const;
    }),
  );
  const missing = [...networks.values()].filter(({ name }) => meter.measured()[name] === undefined);
  if (Object.keys(session.settings.limits ?? {}).length === 0 && session.left() < SECONDS * missing.length) {
    return ['There was no time to measure what each line of the leaderboard costs.'];
  }
  for (const network of missing) await meter.of(network);
  return [];
}
