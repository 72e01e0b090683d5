import { defineFamily } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** BERT: encoders that read a text from both sides at once. */
export const textBert = defineFamily({
  id: 'text-bert',
  family: 'bert',
  modality: 'text',
  modelTypes: ['bert', 'distilbert'],
  citation:
    'Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 2019',
  features: { pooling: 'mean' },
  checkpoint: {
    reference: 'hf:google-bert/bert-base-uncased@86b5e0934494bd15c9632b12f734a8a67f723594#model.onnx',
    licence: licenceFromSpdx('Apache-2.0'),
  },
});
