import { mediaOf } from '../../content.js';
import { findAlike } from '../../leakage/pictures.js';
import { isFlat } from '../../checks/perceptual.js';
import type { ModalityPart } from '../part.js';
import { imageEncoder, viewOfImage } from './encoder.js';
import { imageFacts } from './facts.js';
import { fingerprintOf } from './fingerprint.js';
import { requirePicture } from './formats/decode.js';
import { imageBytes } from './formats/open.js';
import { imagePolicies, viewOf } from './policies/registry.js';
import { viewKey } from './views.js';

export const image: ModalityPart = {
  ...imageFacts,
  policies: imagePolicies,
  viewOf: (...asked) => ({ modality: 'image', view: viewOf(...asked) }),
  viewKey: (look) => viewKey(viewOfImage(look)),
  inspect: async (example) => {
    const bytes = await imageBytes(mediaOf(example), example.id);
    const fingerprint = await fingerprintOf(bytes, example.id);
    if (isFlat(fingerprint)) await requirePicture(bytes, example.id);
    return { bytes, fingerprint };
  },
  findLeakage: (examples, split) => findAlike(examples, split),
  openEncoder: (preprocessing, input) =>
    preprocessing.kind === 'image' ? Promise.resolve(imageEncoder(preprocessing, input)) : null,
};
