import { audioPreprocessingSchema, BackboneError, type AudioPreprocessing } from '@espalier/transfer';
import type { ProcessorConfig } from './config.js';

/** Seconds of a recording that are looked at; attention over more costs too much. */
const SECONDS = 4;
const USUAL_RATE = 16_000;

/** The waveform preprocessing of Wav2Vec2's kind of network. */
export function audioPreprocessing(repository: string, processor: ProcessorConfig): AudioPreprocessing {
  const { feature_extractor_type: type = 'Wav2Vec2FeatureExtractor', feature_size = 1 } = processor;
  if (type !== 'Wav2Vec2FeatureExtractor' || feature_size !== 1) {
    throw new BackboneError(
      `${repository} wants its recordings from a ${type}, and only waveforms (Wav2Vec2FeatureExtractor) are made yet; ` +
        'choose a Wav2Vec2, HuBERT or WavLM model',
    );
  }
  const sampleRate = processor.sampling_rate ?? USUAL_RATE;
  return audioPreprocessingSchema.parse({
    kind: 'audio',
    sampleRate,
    samples: SECONDS * sampleRate,
    normalise: processor.do_normalize ? 'unit' : 'none',
    representation: { kind: 'waveform' },
  });
}
