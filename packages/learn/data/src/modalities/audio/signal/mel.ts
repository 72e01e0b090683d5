import type { LogMel } from '@espalier/transfer';

export type MelBands = Pick<
  LogMel,
  'fftSize' | 'bands' | 'low' | 'high' | 'scale' | 'triangles' | 'areaNormalised'
>;

/** The weights of one band, from a bin of the spectrum on. */
export interface MelFilter {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

interface Scale {
  readonly toMel: (hertz: number) => number;
  readonly toHertz: (mel: number) => number;
}

/** HTK's formula (Young et al., The HTK Book), and that of Slaney's Auditory Toolbox (1998). */
const scales: Readonly<Record<LogMel['scale'], Scale>> = {
  htk: {
    toMel: (hertz) => 2595 * Math.log10(1 + hertz / 700),
    toHertz: (mel) => 700 * (10 ** (mel / 2595) - 1),
  },
  slaney: {
    // Linear to 1000 Hz, which is 15 mel, then a factor of 6.4 every 27 mel.
    toMel: (hertz) => (hertz < 1000 ? (hertz * 3) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4)),
    toHertz: (mel) => (mel < 15 ? (mel * 200) / 3 : 1000 * 6.4 ** ((mel - 15) / 27)),
  },
};

/**
 * Triangles whose corners are evenly spaced in mel; each is 1 at its top, or has an area of 1 in hertz
 * where normalised. Their sides are straight over hertz, as librosa.filters.mel() has them, or over mel,
 * as tf.signal.linear_to_mel_weight_matrix() does.
 *
 * @throws RangeError where the bands do not lie between 0 and half of the sample rate.
 */
export function melFilters(config: MelBands, sampleRate: number): MelFilter[] {
  const { bands, low, high, fftSize } = config;
  if (low >= high || high > sampleRate / 2) {
    throw new RangeError(`bands from ${low} to ${high} Hz do not fit a rate of ${sampleRate} Hz`);
  }
  const { toMel, toHertz } = scales[config.scale];
  const [lowest, highest] = [toMel(low), toMel(high)];
  const corners = Array.from(
    { length: bands + 2 },
    (_, i) => lowest + ((highest - lowest) * i) / (bands + 1),
  );
  const place = config.triangles === 'mel' ? toMel : (hertz: number): number => hertz;
  return Array.from({ length: bands }, (_, band) => {
    const mel = corners.slice(band, band + 3);
    const [left, , right] = mel.map(toHertz) as [number, number, number];
    const [from, top, to] = (config.triangles === 'mel' ? mel : mel.map(toHertz)) as [number, number, number];
    const area = config.areaNormalised ? 2 / (right - left) : 1;
    const firstBin = Math.floor((left * fftSize) / sampleRate);
    const lastBin = Math.min(fftSize / 2, Math.ceil((right * fftSize) / sampleRate));
    const weights = Float64Array.from({ length: lastBin - firstBin + 1 }, (_, i) => {
      const at = place(((firstBin + i) * sampleRate) / fftSize);
      return area * Math.max(0, Math.min((at - from) / (top - from), (to - at) / (to - top)));
    });
    return { firstBin, weights };
  });
}
