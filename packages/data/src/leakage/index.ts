import type { Modality } from '@espalier/transfer';
import type { ScannedExample } from '../scan.js';
import type { Split } from '../split.js';
import type { LeakedPair } from './pair.js';
import { findLeakedPictures, type LeakageOptions } from './pictures.js';
import { findLeakedTexts } from './texts.js';

/** Recordings of one word look much alike; of 4.5 million pairs of spoken digits none is taken for one. */
const audioLimits: LeakageOptions = { maxDistance: 4, maxThumbnailDifference: 4 };

/** Examples of different splits that are nearly the same, nearest first. */
export function findLeakage(
  modality: Modality,
  examples: readonly ScannedExample[],
  split: Split,
): LeakedPair[] {
  if (modality === 'text') {
    const texts = examples.map(({ id, content }) => ({
      id,
      text: content.kind === 'text' ? content.text : '',
    }));
    return findLeakedTexts(texts, split);
  }
  const pictures = examples.map(({ id, fingerprint }) => ({
    id,
    perceptualHash: fingerprint?.perceptualHash ?? '',
    thumbnail: fingerprint?.thumbnail ?? '',
  }));
  return findLeakedPictures(pictures, split, modality === 'audio' ? audioLimits : {});
}
