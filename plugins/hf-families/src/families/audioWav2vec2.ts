import { defineFamily } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** Wav2Vec2 and its relatives: transformers that listen to waveforms. */
export const audioWav2vec2 = defineFamily({
  id: 'audio-wav2vec2',
  family: 'wav2vec2',
  modality: 'audio',
  modelTypes: ['wav2vec2', 'hubert', 'wavlm', 'unispeech', 'data2vec-audio'],
  citation:
    'Baevski et al., "wav2vec 2.0: A Framework for Self-Supervised Learning of Speech Representations", 2020',
  features: { pooling: 'mean' },
  processor: { feature_extractor_type: 'Wav2Vec2FeatureExtractor', sampling_rate: 16_000 },
  checkpoint: {
    reference: 'hf:Xenova/wav2vec2-base-960h@27103ebebfbf7fed1bf66d53fd574fc3bc2a4300#onnx/model.onnx',
    licence: licenceFromSpdx('Apache-2.0'),
  },
});
