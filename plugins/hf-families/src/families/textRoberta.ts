import { defineFamily } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** RoBERTa: BERT, trained for longer on more text. */
export const textRoberta = defineFamily({
  id: 'text-roberta',
  family: 'roberta',
  modality: 'text',
  modelTypes: ['roberta', 'xlm-roberta', 'camembert'],
  citation: 'Liu et al., "RoBERTa: A Robustly Optimized BERT Pretraining Approach", 2019',
  features: { pooling: 'mean' },
  checkpoint: {
    reference: 'hf:Xenova/roberta-base@eab2e67c72d3300b761b6bd2db07ed5d079cd4c8#onnx/model.onnx',
    licence: licenceFromSpdx('MIT'),
  },
});
