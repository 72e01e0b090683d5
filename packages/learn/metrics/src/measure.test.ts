import { createRandom, type Random } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { compare, measure, metrics, type Predictions } from './index.js';

interface World {
  /** Share of the examples that each class has. */
  readonly shares: readonly number[];
  /** How sure the model is: the larger, the better. */
  readonly sureness: number;
}

/** Draws an example's class, and the model's logits: normal noise, and more at the class. */
function draw(random: Random, { shares, sureness }: World): readonly [number, readonly number[]] {
  const u = random.uniform();
  let [label, sum] = [0, shares[0] as number];
  while (u > sum && label < shares.length - 1) sum += shares[++label] as number;
  const logits = shares.map((_, c) => random.normal() + (c === label ? sureness : 0));
  const total = logits.reduce((all, logit) => all + Math.exp(logit), 0);
  return [label, logits.map((logit) => Math.exp(logit) / total)];
}

function predictions(random: Random, world: World, examples: number): Predictions {
  const drawn = Array.from({ length: examples }, () => draw(random, world));
  return {
    labels: drawn.map(([label]) => label),
    probabilities: Float32Array.from(drawn.flatMap(([, row]) => row)),
  };
}

const runs = 150;
const plain = { shares: [0.5, 0.3, 0.2], sureness: 1.5 };
const sure = { shares: [0.5, 0.3, 0.2], sureness: 4 };
const unequal = { shares: [0.85, 0.1, 0.05], sureness: 2.5 };

describe('the interval of a metric', () => {
  it.each(
    ['accuracy', 'balancedAccuracy', 'macroF1', 'logLoss'].flatMap((name) =>
      [plain, sure, unequal].map((world) => [name, world] as const),
    ),
  )('covers the truth: %s, %o', (name, world) => {
    const metric = metrics.get(name);
    const truth = metric.measure(predictions(createRandom('truth', name), world, 20_000));
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const { low, high } = measure(metric, predictions(createRandom(run, name), world, 150));
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.91);
  });

  it.each(['accuracy', 'balancedAccuracy', 'macroF1'])('knows that nobody is perfect: %s', (name) => {
    const perfect = { labels: [0, 1, 0, 1], probabilities: [0, 1, 0, 1].map((c) => [1 - c, c]) };
    const { value, low, high } = measure(metrics.get(name), perfect);
    expect([value, high]).toEqual([1, 1]);
    expect(low).toBeLessThan(0.8);
  });

  it('is wider where examples belong together', () => {
    const random = createRandom('groups');
    const speakers = Array.from({ length: 20 }, () => draw(random, plain));
    const labels = speakers.flatMap(([label]) => new Array<number>(8).fill(label));
    const probabilities = speakers.flatMap(([, row]) => new Array<readonly number[]>(8).fill(row));
    const groups = labels.map((_, i) => `speaker ${Math.floor(i / 8)}`);
    for (const name of ['accuracy', 'balancedAccuracy', 'macroF1', 'logLoss']) {
      const width = ({ low, high }: { readonly low: number; readonly high: number }) => high - low;
      const [own, together] = [undefined, groups].map((given) =>
        width(measure(metrics.get(name), { labels, probabilities }, given)),
      );
      expect(together, name).toBeGreaterThan(1.5 * (own as number));
    }
  });
});

describe('the comparison of two models', () => {
  it.each(['accuracy', 'macroF1', 'logLoss'])('covers the true gain: %s', (name) => {
    const metric = metrics.get(name);
    const both = (random: Random, examples: number): readonly [Predictions, Predictions] => {
      const drawn = Array.from({ length: examples }, () => {
        const [label, row] = draw(random, plain);
        // The second is the first, less sure of everything and wrong where it hardly knew.
        return [label, row, row.map((p, c) => 0.7 * p + 0.3 * (c === 0 ? 1 : 0))] as const;
      });
      const labels = drawn.map(([label]) => label);
      return [
        { labels, probabilities: Float32Array.from(drawn.flatMap(([, row]) => row)) },
        { labels, probabilities: Float32Array.from(drawn.flatMap(([, , row]) => row)) },
      ];
    };
    const truth = compare(metric, ...both(createRandom('truth'), 20_000)).difference;
    expect(truth).toBeGreaterThan(0);
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const { low, high } = compare(metric, ...both(createRandom(run), 150));
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.9);
  });
});
