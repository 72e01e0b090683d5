import { createRandom } from '@espalier/base/random';
import { chooseContender, type Contender } from './choose.js';

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** The objective of a contender on the examples that judge. */
export interface Outcome {
  readonly examples: number;
  /** Its value on the examples that count; null where there are none. */
  readonly on: (counts: (index: number) => boolean) => number | null;
  /**
   * 95 % interval of what it will be on fresh examples.
   *
   * @param value that is expected of it, no better than its own
   */
  readonly about: (value: number) => Bounds;
}

/** A contender with what it was measured by. */
export interface JudgedContender extends Contender {
  readonly outcome: Outcome;
}

export interface Estimate extends Bounds {
  /** Expected value of the objective. */
  readonly value: number;
}

const REPLICATES = 1000;
/** Standard errors to each side of an interval of 95 %. */
const ERRORS = 1.959964;

/**
 * Estimates what the chosen contender will reach on fresh examples. That it was chosen among many by the same
 * examples makes its own value there too good; each replicate therefore chooses on a resample and
 * measures on the examples that are not in it (Tsamardinos et al., Bootstrapping the out-of-sample
 * predictions, Machine Learning 107, 2018). Where one contender is better, but resamples often miss it,
 * that is too low.
 */
export function estimateChosen(
  contenders: readonly JudgedContender[],
  seed: number,
  direction: 'maximise' | 'minimise' = 'maximise',
): Estimate {
  const { outcome } = contenders[chooseContender(contenders)] as JudgedContender;
  const own = outcome.on(() => true) as number;
  const worse = direction === 'maximise' ? Math.min : Math.max;
  const value = worse(own, outsideValue(contenders, seed) ?? own);
  return { value, ...outcome.about(value) };
}

/** Mean value, over replicates, of whoever a resample chooses on the examples outside of it. */
function outsideValue(contenders: readonly JudgedContender[], seed: number): number | null {
  const examples = contenders[0]?.outcome.examples as number;
  const random = createRandom(seed, 'estimate');
  const counts = new Uint16Array(examples);
  let [sum, counted] = [0, 0];
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    counts.fill(0);
    for (let draw = 0; draw < examples; draw++) {
      const i = random.integer(examples);
      counts[i] = (counts[i] as number) + 1;
    }
    const winner = contenders[chooseContender(contenders, counts)] as JudgedContender;
    const value = winner.outcome.on((i) => counts[i] === 0);
    if (value === null) continue;
    sum += value;
    counted++;
  }
  return counted === 0 ? null : sum / counted;
}

/**
 * The outcome of a metric that is the share of the examples that are right. Its interval is Wilson's (Journal of
 * the American Statistical Association 22, 1927): percentiles of resamples would say that whoever made no
 * mistake will never make one. The upper end takes a correction of the value for one more standard error, as
 * it may have been too much.
 */
export function shareOutcome(correct: readonly boolean[]): Outcome {
  const own = shareOf(correct, () => true) as number;
  return {
    examples: correct.length,
    on: (counts) => shareOf(correct, counts),
    about: (value) => ({
      low: wilsonInterval(value, correct.length, 0).low,
      high: wilsonInterval(value, correct.length, (own - value) ** 2).high,
    }),
  };
}

/** The share of correct outcomes among some of them; null without any. */
function shareOf(outcomes: readonly boolean[], counts: (index: number) => boolean): number | null {
  let [correct, all] = [0, 0];
  for (let i = 0; i < outcomes.length; i++) {
    if (!counts(i)) continue;
    all++;
    if (outcomes[i]) correct++;
  }
  return all === 0 ? null : correct / all;
}

/** Wilson's interval of a share of n examples whose variance is `extra` more than theirs. */
function wilsonInterval(share: number, n: number, extra: number): Bounds {
  const square = ERRORS ** 2 / n;
  const middle = (share + square / 2) / (1 + square);
  const variance = (share * (1 - share)) / n + square / (4 * n) + extra;
  const reach = (ERRORS / (1 + square)) * Math.sqrt(variance);
  return {
    low: Math.max(0, Math.min(share, middle - reach)),
    high: Math.min(1, Math.max(share, middle + reach)),
  };
}
