import { basename, dirname } from 'node:path';
import { defineBackbone, featuresSchema, type Backbone } from '@espalier/transfer';
import { describe } from './description.js';
import { licenceOf } from './licence.js';
import { preprocessingOf } from './preprocessing.js';

export { descriptionSchema, type Description } from './description.js';

/**
 * A backbone from a local ONNX file of an image network.
 *
 * @param path of the model, of its description, or of a folder that holds one of each
 * @throws BackboneError where there is none, or its description is wrong or could be another model's
 */
export async function onnxFile(path: string): Promise<Backbone> {
  const { modelPath, description, notes: described } = await describe(path);
  const { licence, note } = await licenceOf(description, modelPath);
  const id = description.id ?? nameOf(modelPath);
  return defineBackbone({
    id,
    family: description.family ?? 'onnx-file',
    modality: 'image',
    parameters: null,
    licence,
    source: { kind: 'file', path: modelPath },
    ...(description.citation !== undefined && { citation: description.citation }),
    load: async ({ inspectInputs }) => {
      const inputs = await inspectInputs(modelPath);
      const { preprocessing, notes } = preprocessingOf(description.preprocessing, inputs, id);
      return {
        modelPath,
        preprocessing,
        features: description.features ?? featuresSchema.parse({}),
        ...(description.stages !== undefined && { stages: description.stages }),
        notes: [...described, ...(note === undefined ? [] : [note]), ...notes],
      };
    },
  });
}

/** `mobilenet_v2` for both `mobilenet_v2.onnx` and `mobilenet_v2/model.onnx`. */
function nameOf(modelPath: string): string {
  const name = basename(modelPath, '.onnx');
  const plain = /^model(_|$)/.test(name) ? basename(dirname(modelPath)) : name;
  return plain.replace(/[^a-z0-9._-]+/gi, '-').replace(/^[^a-z0-9]+/i, '') || 'onnx-file';
}
