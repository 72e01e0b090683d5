import { defineFamily } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** XLNet: its tokenizer puts the token that stands for the whole text last. */
export const textXlnet = defineFamily({
  id: 'text-xlnet',
  family: 'xlnet',
  modality: 'text',
  modelTypes: ['xlnet'],
  citation: 'Yang et al., "XLNet: Generalized Autoregressive Pretraining for Language Understanding", 2019',
  features: { pooling: 'last' },
  exportWith: (repository) =>
    `python tools/export/encoder.py ${repository} FOLDER, and give --backbone text-xlnet=FOLDER`,
  checkpoint: {
    reference: 'hf:xlnet/xlnet-base-cased@ceaa69c7bc5e512b5007106a7ccbb7daf24b2c79',
    licence: licenceFromSpdx('MIT'),
  },
});
