import { createRandom } from '@espalier/random';
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
const LEVEL = 0.95;

/**
 * What the chosen contender will reach on fresh examples. That it was chosen among many by the same
 * examples makes its own accuracy there too good; each replicate therefore chooses on a resample and
 * counts on the examples that are not in it (Tsamardinos et al., Bootstrapping the out-of-sample
 * predictions, Machine Learning 107, 2018). The interval is the percentile interval of the chosen one's
 * accuracy, moved by that bias.
 */
export function estimateChosen(contenders: readonly JudgedContender[], seed: number): Estimate {
  const chosen = contenders[chooseContender(contenders)] as JudgedContender;
  const examples = chosen.correct.length;
  const random = createRandom(seed, 'estimate');
  const own = shareOf(chosen.correct);
  const resampled: number[] = [];
  let outside = 0;
  let counted = 0;
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    const drawn = Array.from({ length: examples }, () => random.integer(examples));
    resampled.push(shareOf(drawn.map((i) => chosen.correct[i] as boolean)));
    const inside = new Set(drawn);
    const left = chosen.correct.map((_, i) => i).filter((i) => !inside.has(i));
    if (left.length === 0) continue;
    const sample = contenders.map(({ losses, cost }) => ({
      losses: Float64Array.from(drawn, (i) => losses[i] as number),
      cost,
    }));
    const winner = contenders[chooseContender(sample)] as JudgedContender;
    outside += shareOf(left.map((i) => winner.correct[i] as boolean));
    counted++;
  }
  const accuracy = counted === 0 ? own : Math.min(own, outside / counted);
  const bias = own - accuracy;
  resampled.sort((a, b) => a - b);
  const at = (share: number): number => resampled[Math.round(share * (REPLICATES - 1))] as number;
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  return {
    accuracy,
    low: clamp(at((1 - LEVEL) / 2) - bias),
    high: clamp(Math.max(at((1 + LEVEL) / 2) - bias, accuracy)),
  };
}

const shareOf = (outcomes: readonly boolean[]): number =>
  outcomes.reduce((sum, outcome) => sum + Number(outcome), 0) / outcomes.length;
