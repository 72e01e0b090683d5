import { requireSound } from '../../checks/blank.js';
import { mediaOf } from '../../content.js';
import { findAlike } from '../../leakage/pictures.js';
import type { ModalityPart } from '../part.js';
import { audioEncoder, viewOfAudio } from './encoder.js';
import { audioFacts } from './facts.js';
import { fingerprintAudio } from './fingerprint.js';
import { audioBytes, decodeAudio } from './formats/decode.js';
import { audioPolicies, audioViewOf } from './policies/registry.js';
import { audioViewKey } from './views.js';

/** Recordings of one word look much alike; of 4.5 million pairs of spoken digits none is taken for one. */
const limits = { maxDistance: 4, maxThumbnailDifference: 4 };

export const audio: ModalityPart = {
  ...audioFacts,
  policies: audioPolicies,
  viewOf: (...asked) => ({ modality: 'audio', view: audioViewOf(...asked) }),
  viewKey: (look) => audioViewKey(viewOfAudio(look)),
  inspect: async (example) => {
    const bytes = await audioBytes(mediaOf(example), example.id);
    const recording = await decodeAudio(bytes, example.id);
    requireSound(recording, example.id);
    return { bytes, fingerprint: fingerprintAudio(recording) };
  },
  findLeakage: (examples, split) => findAlike(examples, split, limits),
  openEncoder: (preprocessing, input) =>
    preprocessing.kind === 'audio' ? Promise.resolve(audioEncoder(preprocessing, input)) : null,
};
