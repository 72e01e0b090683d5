import type { Random } from '@espalier/base/random';
import type { Policy } from '../../policy.js';
import { identityAudioView, type AudioMask, type AudioNoise, type AudioView } from '../views.js';

/** How far the views of a policy may go. */
export interface AudioLimits {
  /** Takes a cut anywhere, and not in the middle. */
  readonly anywhere: boolean;
  /** Largest shift either way. */
  readonly shift: number;
  /** Largest change either way, in decibels. */
  readonly gain: number;
  /** Least and largest ratio of recording to noise, in decibels; null is no noise. */
  readonly noise: readonly [number, number] | null;
  /** Two masks of the time and two of the bands of at most this part each. */
  readonly mask: number;
}

/** A policy whose views are drawn within limits. */
export interface LimitedAudioPolicy extends Policy<AudioView> {
  readonly limits: AudioLimits;
}

/** Limits that allow no change. */
export const still: AudioLimits = { anywhere: false, shift: 0, gain: 0, noise: null, mask: 0 };

/** Makes a policy that draws its views within limits; what is left out does not change. */
export function drawnWithin(allowed: Partial<AudioLimits>): LimitedAudioPolicy {
  const limits = { ...still, ...allowed };
  const { anywhere, shift, gain, noise, mask } = limits;
  return {
    usual: false,
    limits,
    view: ({ random }) => ({
      place: anywhere ? rounded(random.uniform()) : identityAudioView.place,
      shift: either(random, shift),
      gain: either(random, gain),
      noise: noise === null ? null : randomNoise(random, noise),
      timeMasks: mask === 0 ? [] : [randomMask(random, mask), randomMask(random, mask)],
      bandMasks: mask === 0 ? [] : [randomMask(random, mask), randomMask(random, mask)],
    }),
  };
}

function randomNoise(random: Random, [least, most]: readonly [number, number]): AudioNoise {
  return {
    colour: random.uniform() < 0.5 ? 'white' : 'pink',
    ratio: rounded(least + (most - least) * random.uniform()),
    seed: random.integer(2 ** 31),
  };
}

function randomMask(random: Random, most: number): AudioMask {
  const length = rounded(most * random.uniform());
  return { length, start: rounded((1 - length) * random.uniform()) };
}

function either(random: Random, most: number): number {
  return rounded((2 * random.uniform() - 1) * most);
}

/** Four decimals, so that a key is short and exact. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4 + 0;
}
