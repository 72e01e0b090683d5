import type { AudioPreprocessing } from '@espalier/transfer';
import { requireSound } from '../../checks/blank.js';
import { decodeAudio, nameOf } from './formats/decode.js';
import type { DecodedAudio } from './formats/decoded.js';
import { arrangeLogMel, frameCount, logMel, logMelShape } from './signal/logMel.js';
import { withNoise } from './signal/noise.js';
import { mixToMono, resample, resampledLength } from './signal/resample.js';
import { identityAudioView, type AudioMask, type AudioView } from './views.js';

/**
 * Shape of one preprocessed recording, without the batch: [samples], or the spectrogram's layout.
 *
 * @throws RangeError where the samples do not fill one window.
 */
export function preprocessedAudioShape({ samples, representation }: AudioPreprocessing): number[] {
  if (representation.kind === 'waveform') return [samples];
  if (frameCount(samples, representation) === 0) {
    throw new RangeError(`${samples} samples do not fill a window of ${representation.window}`);
  }
  return logMelShape(samples, representation);
}

/**
 * One recording as a backbone's input, flattened from `preprocessedAudioShape(preprocessing)`: mixed
 * to mono, resampled, cut, changed by the view, normalised over the samples that are its own, padded
 * with silence, and transformed.
 */
export function preprocessAudio(
  audio: DecodedAudio,
  preprocessing: AudioPreprocessing,
  view: AudioView = identityAudioView,
): Float32Array {
  const { samples: length, sampleRate, representation } = preprocessing;
  const { first, count, padding } = placeRecording(audio, preprocessing, view);
  const own = resample(mixToMono(audio.channels), audio.sampleRate, sampleRate, first, count);
  const heard = changed(own, view);
  const waveform = new Float32Array(length);
  waveform.set(preprocessing.normalise === 'unit' ? unitVariance(heard) : heard, padding);
  if (representation.kind === 'waveform') return maskTime(waveform, 1, view.timeMasks, 0);
  const values = logMel(waveform, representation, sampleRate, padding + heard.length);
  const mean = view === identityAudioView ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  maskTime(values, representation.bands, view.timeMasks, mean);
  maskBands(values, representation.bands, view.bandMasks, mean);
  return arrangeLogMel(values, representation);
}

/** A recording mixed to mono at a rate in hertz. */
export const monoAt = ({ channels, sampleRate }: DecodedAudio, rate: number): Float32Array =>
  resample(mixToMono(channels), sampleRate, rate);

/** Decodes and preprocesses. @throws AudioError as decodeAudio does, and where it is silence. */
export async function loadPreprocessedAudio(
  input: string | Uint8Array,
  preprocessing: AudioPreprocessing,
  view: AudioView = identityAudioView,
  name: string = nameOf(input),
): Promise<Float32Array> {
  const audio = await decodeAudio(input, name);
  requireSound(audio, name);
  return preprocessAudio(audio, preprocessing, view);
}

interface Placed {
  /** Samples of the resampled recording that are heard. */
  readonly first: number;
  readonly count: number;
  /** Silence before them. */
  readonly padding: number;
}

/** A longer recording is cut within itself; a shorter one may be shifted over an edge, up to half. */
function placeRecording(
  { channels, sampleRate: from }: DecodedAudio,
  { samples: length, sampleRate: to, align }: AudioPreprocessing,
  { place: wanted, shift }: AudioView,
): Placed {
  const place = align === 'start' && wanted === identityAudioView.place ? 0 : wanted;
  const there = Math.max(1, resampledLength(channels[0]?.length ?? 0, from, to));
  const room = there - length;
  const start = Math.floor(place * room) - Math.round(shift * length);
  if (room > 0) return { first: Math.min(room, Math.max(0, start)), count: length, padding: 0 };
  const most = Math.floor(there / 2);
  const padding = Math.min(length - there + most, Math.max(-most, -start));
  const first = Math.max(0, -padding);
  const begin = Math.max(0, padding);
  return { first, count: Math.min(there - first, length - begin), padding: begin };
}

function changed(samples: Float32Array, { gain, noise }: AudioView): Float32Array {
  const factor = 10 ** (gain / 20);
  const louder = gain === 0 ? samples : samples.map((sample) => sample * factor);
  return noise === null ? louder : withNoise(louder, noise);
}

/** As Wav2Vec2FeatureExtractor.zero_mean_unit_var_norm() of transformers. */
function unitVariance(samples: Float32Array): Float32Array {
  let [sum, squares] = [0, 0];
  for (const sample of samples) sum += sample;
  const mean = sum / samples.length;
  for (const sample of samples) squares += (sample - mean) ** 2;
  const deviation = Math.sqrt(squares / samples.length + 1e-7);
  return samples.map((sample) => (sample - mean) / deviation);
}

/** Fills stretches of rows, of `width` values each, in place. */
function maskTime(
  values: Float32Array,
  width: number,
  masks: readonly AudioMask[],
  fill: number,
): Float32Array {
  const rows = values.length / width;
  for (const { start, length } of masks) {
    const first = Math.round(start * rows);
    values.fill(fill, first * width, (first + Math.round(length * rows)) * width);
  }
  return values;
}

function maskBands(values: Float32Array, bands: number, masks: readonly AudioMask[], fill: number): void {
  for (const { start, length } of masks) {
    const first = Math.round(start * bands);
    const end = first + Math.round(length * bands);
    for (let row = 0; row < values.length; row += bands) values.fill(fill, row + first, row + end);
  }
}
