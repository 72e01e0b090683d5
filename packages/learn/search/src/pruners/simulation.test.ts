import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { pruners } from './registry.js';
import type { ObservedTrial } from '../history.js';
import { rateConfiguration, trialOf } from '../testing/fixtures.js';

const epochs = 20;
const seeds = Array.from({ length: 20 }, (_, seed) => seed);

/** Forty curves that rise from about 0.4 at rates of their own to at most 0.92, one in seven to 0.6, with noise. */
function curvesOf(seed: number): readonly (readonly number[])[] {
  const random = createRandom('curves', seed);
  return Array.from({ length: 40 }, () => {
    const end = 0.92 - 0.25 * random.uniform() ** 2 - (random.uniform() < 0.15 ? 0.3 : 0);
    const [rate, start] = [0.1 + 0.5 * random.uniform(), 0.3 + 0.2 * random.uniform()];
    return Array.from(
      { length: epochs },
      (_, epoch) => end - (end - start) * Math.exp(-rate * (epoch + 1)) + 0.008 * random.normal(),
    );
  });
}

/** Runs one trial after another. */
async function run(name: string, seed: number): Promise<{ readonly spent: number; readonly best: number }> {
  const pruner = pruners.get(name)({ epochs });
  const history: ObservedTrial[] = [];
  for (const [number, curve] of curvesOf(seed).entries()) {
    const trialAt = (length: number, status: ObservedTrial['status']) =>
      trialOf(number, rateConfiguration(1e-2), curve.slice(0, length), status);
    let reached = 1;
    let stopped = await pruner.shouldStop({ trial: trialAt(1, 'running'), history });
    while (!stopped && reached < epochs) {
      reached++;
      stopped = await pruner.shouldStop({ trial: trialAt(reached, 'running'), history });
    }
    history.push(trialAt(reached, stopped ? 'pruned' : 'complete'));
  }
  expect(history.some(({ status }) => status === 'complete')).toBe(true);
  return {
    spent: history.reduce((sum, { curve }) => sum + curve.length, 0),
    best: Math.max(...history.flatMap(({ curve }) => curve)),
  };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe('on curves by chance', () => {
  const others = pruners.names.filter((name) => name !== 'none');
  it.each(others)('%s spends little more than half at most, and loses less than 0.005', async (name) => {
    const full = await Promise.all(seeds.map((seed) => run('none', seed)));
    const pruned = await Promise.all(seeds.map((seed) => run(name, seed)));
    expect(full.every(({ spent }) => spent === 40 * epochs)).toBe(true);
    expect(median(pruned.map(({ spent }) => spent))).toBeLessThan(0.55 * 40 * epochs);
    expect(median(pruned.map(({ best }, i) => (full[i]?.best ?? NaN) - best))).toBeLessThan(0.005);
  });

  it('pasha spends less than asha, and hyperband more, as it trusts the first epochs less', async () => {
    const spent = async (name: string) =>
      median((await Promise.all(seeds.map((seed) => run(name, seed)))).map((one) => one.spent));
    const [asha, pasha, hyperband] = [await spent('asha'), await spent('pasha'), await spent('hyperband')];
    expect(pasha).toBeLessThan(asha);
    expect(hyperband).toBeGreaterThan(asha);
  });
});
