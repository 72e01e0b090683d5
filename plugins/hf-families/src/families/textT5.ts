import { defineFamily } from '@espalier/plugin-hf-hub';
import { licenceFromSpdx } from '@espalier/transfer';

/** T5: the encoder of a network that turns texts into texts. */
export const textT5 = defineFamily({
  id: 'text-t5',
  family: 't5',
  modality: 'text',
  modelTypes: ['t5', 'mt5', 'umt5'],
  citation:
    'Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", 2020',
  features: { pooling: 'mean' },
  checkpoint: {
    reference: 'hf:Xenova/t5-small@4e0d91096b13cb313b43a14f35fdbb311a6d9728#onnx/encoder_model.onnx',
    licence: licenceFromSpdx('Apache-2.0'),
  },
});
