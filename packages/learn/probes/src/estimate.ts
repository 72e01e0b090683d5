import { createRandom } from '@espalier/base/random';
import { chooseContender, type Contender } from './choose.js';

/** A contender with which of the examples it classified correctly. */
export interface JudgedContender extends Contender {
  readonly correct: readonly boolean[];
}

export interface Estimate {
  /** 0..1 */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

const REPLICATES = 1000;
/** Standard errors to each side of an interval of 95 %. */
const ERRORS = 1.959964;

/**
 * What the chosen contender will reach on fresh examples. That it was chosen among many by the same
 * examples makes its own accuracy there too good; each replicate therefore chooses on a resample and
 * counts on the examples that are not in it (Tsamardinos et al., Bootstrapping the out-of-sample
 * predictions, Machine Learning 107, 2018). Where one contender is better, but resamples often miss it,
 * that is too low.
 *
 * The interval is Wilson's (Journal of the American Statistical Association 22, 1927) about that accuracy:
 * percentiles of resamples would say that whoever made no mistake will never make one. Its upper end takes
 * the correction for one more standard error, as it may have been too much.
 */
export function estimateChosen(contenders: readonly JudgedContender[], seed: number): Estimate {
  const { correct } = contenders[chooseContender(contenders)] as JudgedContender;
  const own = shareOf(correct, () => true) as number;
  const accuracy = Math.min(own, outsideAccuracy(contenders, seed) ?? own);
  const { low } = wilsonInterval(accuracy, correct.length, 0);
  const { high } = wilsonInterval(accuracy, correct.length, (own - accuracy) ** 2);
  return { accuracy, low, high };
}

/** Mean accuracy, over replicates, of whoever a resample chooses on the examples outside of it. */
function outsideAccuracy(contenders: readonly JudgedContender[], seed: number): number | null {
  const examples = contenders[0]?.correct.length as number;
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
    const share = shareOf(winner.correct, (i) => counts[i] === 0);
    if (share === null) continue;
    sum += share;
    counted++;
  }
  return counted === 0 ? null : sum / counted;
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
function wilsonInterval(
  share: number,
  n: number,
  extra: number,
): { readonly low: number; readonly high: number } {
  const square = ERRORS ** 2 / n;
  const middle = (share + square / 2) / (1 + square);
  const variance = (share * (1 - share)) / n + square / (4 * n) + extra;
  const reach = (ERRORS / (1 + square)) * Math.sqrt(variance);
  return {
    low: Math.max(0, Math.min(share, middle - reach)),
    high: Math.min(1, Math.max(share, middle + reach)),
  };
}
