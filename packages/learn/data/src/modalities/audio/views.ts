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

/** A string that is equal exactly for equal views, to be part of a cache key. */
export function audioViewKey({ place, shift, gain, noise, timeMasks, bandMasks }: AudioView): string {
  const over = noise === null ? 'clean' : [noise.colour, noise.ratio, noise.seed].join(',');
  const masks = [timeMasks, bandMasks].map((list) =>
    list.length === 0 ? 'open' : list.map(({ start, length }) => `${start}+${length}`).join(','),
  );
  return ['a1', place, shift, gain, over, ...masks].join(';');
}
