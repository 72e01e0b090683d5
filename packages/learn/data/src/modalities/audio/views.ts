import { createRandom, type Random } from '@espalier/base/random';

/** Noise that is laid over a recording. */
export interface AudioNoise {
  readonly colour: 'white' | 'pink';
  /** Power of the recording over that of the noise, in decibels. */
  readonly ratio: number;
  /** Names the stream of random numbers the noise is made of. */
  readonly seed: number;
}

/** A stretch of the time or of the bands, as parts of the whole. */
export interface AudioMask {
  /** In 0..1. */
  readonly start: number;
  readonly length: number;
}

/** One fixed way to hear a recording. The steps apply in the order of the fields. */
export interface AudioView {
  /** Place of a cut, or of a shorter recording in its silence: 0 the first possible, 1 the last. */
  readonly place: number;
  /** Moves the recording later, or earlier, by this part of the example's length. */
  readonly shift: number;
  /** In decibels. */
  readonly gain: number;
  readonly noise: AudioNoise | null;
  /** Times without sound: silence, or the spectrogram's mean. */
  readonly timeMasks: readonly AudioMask[];
  /** Bands without sound: the spectrogram's mean. A waveform has none. */
  readonly bandMasks: readonly AudioMask[];
}

export const identityAudioView: AudioView = {
  place: 0.5,
  shift: 0,
  gain: 0,
  noise: null,
  timeMasks: [],
  bandMasks: [],
};

/** How far the views of a policy may go. */
export interface AudioPolicy {
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

const still: AudioPolicy = { anywhere: false, shift: 0, gain: 0, noise: null, mask: 0 };

/**
 * `spec` is SpecAugment (Park et al., 2019) without time warping, which they found to matter least.
 * Their masks of 27 of 80 bands are for hours of speech; on little data narrower ones do.
 */
export const audioPolicies = {
  none: still,
  shift: { ...still, anywhere: true, shift: 0.1 },
  noise: { ...still, noise: [10, 30] },
  gain: { ...still, gain: 6 },
  spec: { ...still, mask: 0.15 },
  strong: { anywhere: true, shift: 0.1, gain: 6, noise: [10, 30], mask: 0.15 },
} as const satisfies Record<string, AudioPolicy>;

export type AudioPolicyName = keyof typeof audioPolicies;

/**
 * The view a recording has under an index, the same on every machine; see `viewOf`.
 *
 * @param viewIndex from 0; view 0 is always the identity.
 */
export function audioViewOf(
  policy: AudioPolicyName,
  exampleKey: string,
  viewIndex: number,
  seed: number,
): AudioView {
  if (!Number.isInteger(viewIndex) || viewIndex < 0) {
    throw new RangeError(`audioViewOf() needs a view index of 0 or more, got ${viewIndex}`);
  }
  if (viewIndex === 0 || policy === 'none') return identityAudioView;
  const { anywhere, shift, gain, noise, mask }: AudioPolicy = audioPolicies[policy];
  const random = createRandom(seed, 'audio view', policy, exampleKey, viewIndex);
  return {
    place: anywhere ? rounded(random.uniform()) : identityAudioView.place,
    shift: either(random, shift),
    gain: either(random, gain),
    noise: noise === null ? null : randomNoise(random, noise),
    timeMasks: mask === 0 ? [] : [randomMask(random, mask), randomMask(random, mask)],
    bandMasks: mask === 0 ? [] : [randomMask(random, mask), randomMask(random, mask)],
  };
}

/** A string that is equal exactly for equal views, to be part of a cache key. */
export function audioViewKey({ place, shift, gain, noise, timeMasks, bandMasks }: AudioView): string {
  const over = noise === null ? 'clean' : [noise.colour, noise.ratio, noise.seed].join(',');
  const masks = [timeMasks, bandMasks].map((list) =>
    list.length === 0 ? 'open' : list.map(({ start, length }) => `${start}+${length}`).join(','),
  );
  return ['a1', place, shift, gain, over, ...masks].join(';');
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
