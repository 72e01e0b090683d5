import { fileURLToPath } from 'node:url';

/** Your ONNX file; here it is one that comes with Espalier. */
const modelPath = fileURLToPath(
  new URL('../../../plugins/vision-mini/weights/vision-mini.onnx', import.meta.url),
);

/** @type {import('@espalier/transfer').Backbone} */
const brickNet = {
  id: 'brick-net',
  family: 'brick-net',
  modality: 'image',
  parameters: null,
  licence: { spdx: 'Apache-2.0', commercialUse: 'allowed' },
  source: { kind: 'file', path: modelPath },
  load: async () => ({
    modelPath,
    // (pixel * scale - mean) / std, as the network was trained: it is in no file. What is left out has a default.
    preprocessing: {
      kind: 'image',
      height: 96,
      width: 96,
      layout: 'nchw',
      scale: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
    },
    features: { tensor: 'features' },
    notes: [],
  }),
};

export const backbones = [brickNet];
