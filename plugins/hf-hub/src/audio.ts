import { audioPreprocessingSchema, BackboneError, type AudioPreprocessing } from '@espalier/transfer';
import type { z } from 'zod';
import type { ProcessorConfig } from './config.js';

/** Seconds of a recording that are looked at; attention over more costs too much. */
const SECONDS = 4;
const USUAL_RATE = 16_000;

type AudioInput = z.input<typeof audioPreprocessingSchema>;

/** The samples themselves, as Wav2Vec2's kind of network reads them. */
const waveform = ({ sampling_rate: sampleRate = USUAL_RATE, do_normalize }: ProcessorConfig): AudioInput => ({
  kind: 'audio',
  sampleRate,
  samples: SECONDS * sampleRate,
  normalise: do_normalize ? 'unit' : 'none',
  representation: { kind: 'waveform' },
});

/** Whisper's spectrogram (Radford et al., 2023): of log10, in a range of 8, as (value + 4) / 4. */
function whisper(processor: ProcessorConfig): AudioInput {
  const { sampling_rate: sampleRate = USUAL_RATE, feature_size: bands = 80 } = processor;
  const { n_fft: window = 400, hop_length: hop = 160, chunk_length: seconds = 30 } = processor;
  return {
    kind: 'audio',
    sampleRate,
    samples: seconds * sampleRate,
    align: 'start',
    representation: {
      ...{ kind: 'logMel', fftSize: window, window, hop, bands, low: 0, high: sampleRate / 2 },
      ...{ scale: 'slaney', areaNormalised: true, power: 2, centred: true, layout: 'band,time' },
      ...{ offset: 0, floor: 1e-10, range: 8 * Math.LN10, mean: -4 * Math.LN10, std: 4 * Math.LN10 },
      frames: Math.floor((seconds * sampleRate) / hop),
    },
  };
}

/** Kaldi's filter banks, as the Audio Spectrogram Transformer reads them (Gong et al., 2021). */
function kaldi(processor: ProcessorConfig): AudioInput {
  const { sampling_rate: sampleRate = USUAL_RATE, num_mel_bins: bands = 128 } = processor;
  const { max_length: frames = 1024, mean = -4.2677393, std = 4.5689974, do_normalize } = processor;
  const [window, hop] = [400, 160];
  return {
    kind: 'audio',
    sampleRate,
    samples: (frames - 1) * hop + window,
    align: 'start',
    representation: {
      ...{ kind: 'logMel', fftSize: 512, window, hop, bands, low: 20, high: sampleRate / 2 },
      ...{
        scale: 'htk',
        triangles: 'mel',
        areaNormalised: false,
        power: 2,
        centred: false,
        layout: 'time,band',
      },
      ...{
        hann: 'symmetric',
        removeOffset: true,
        preEmphasis: 0.97,
        offset: 0,
        floor: 2 ** -23,
        frames,
        fill: 0,
      },
      ...(do_normalize && { mean, std: 2 * std }),
    },
  };
}

/** Preprocessing of recordings by the name of the feature extractor. */
const extractors: Readonly<Record<string, (processor: ProcessorConfig) => AudioInput>> = {
  ASTFeatureExtractor: kaldi,
  Wav2Vec2FeatureExtractor: waveform,
  WhisperFeatureExtractor: whisper,
};

/**
 * The preprocessing of a network that reads recordings.
 *
 * @throws BackboneError for an extractor that is not known
 */
export function audioPreprocessing(repository: string, processor: ProcessorConfig): AudioPreprocessing {
  const { feature_extractor_type: type = 'Wav2Vec2FeatureExtractor', feature_size = 1 } = processor;
  const make = type === 'Wav2Vec2FeatureExtractor' && feature_size !== 1 ? undefined : extractors[type];
  if (make === undefined) {
    throw new BackboneError(
      `${repository} needs the feature extractor ${type}, but Espalier has only ${Object.keys(extractors).join(', ')}; ` +
        'choose a Wav2Vec2, HuBERT, WavLM, Whisper or AST model',
    );
  }
  return audioPreprocessingSchema.parse(make(processor));
}
