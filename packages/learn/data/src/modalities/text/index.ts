import { textOf } from '../../content.js';
import type { ModalityPart } from '../part.js';
import { bagEncoder } from './bagEncoder.js';
import { requireText } from './check.js';
import { textEncoder } from './encoder.js';
import { textFacts } from './facts.js';
import { findLeakedTexts } from './leakage.js';
import { viewOfText } from './viewOf.js';
import { textPolicies, textViewOf } from './policies/registry.js';
import { textViewKey } from './views.js';

export const text: ModalityPart = {
  ...textFacts,
  policies: textPolicies,
  viewOf: (...asked) => ({ modality: 'text', view: textViewOf(...asked) }),
  viewKey: (look) => textViewKey(viewOfText(look)),
  inspect: (example) => {
    const written = textOf(example);
    requireText(written, example.id);
    return Promise.resolve({ bytes: new TextEncoder().encode(written), fingerprint: null });
  },
  findLeakage: (examples, split) =>
    findLeakedTexts(
      examples.map(({ id, content }) => ({ id, text: content.kind === 'text' ? content.text : '' })),
      split,
    ),
  openEncoder: (preprocessing, _input, assets) => {
    if (preprocessing.kind === 'bag') return Promise.resolve(bagEncoder(preprocessing));
    return preprocessing.kind === 'text' ? textEncoder(preprocessing, assets) : null;
  },
};
