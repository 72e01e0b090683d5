import { defineFamily } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** GPT: decoders that read from left to right, so that the last token has seen the whole text. */
export const textGpt = defineFamily({
  id: 'text-gpt',
  family: 'gpt',
  modality: 'text',
  modelTypes: ['gpt2', 'gpt_neo', 'gpt_neox', 'gptj'],
  citation: 'Radford et al., "Language Models are Unsupervised Multitask Learners", 2019',
  features: { pooling: 'last' },
  checkpoint: {
    reference: 'hf:openai-community/gpt2@607a30d783dfa663caf39e06633721c8d4cfcd7e#onnx/decoder_model.onnx',
    licence: licenceFromSpdx('MIT'),
  },
});
