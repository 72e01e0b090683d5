import { registry } from '@espalier/base';
import { SearchError } from '../errors.js';
import { adapterRank } from './adapterRank.js';
import { augmentation } from './augmentation.js';
import { averaging } from './averaging.js';
import { batch } from './batch.js';
import { classifier } from './classifier.js';
import { decayTowards } from './decayTowards.js';
import type { Dimension } from './dimension.js';
import { dropout } from './dropout.js';
import { featureDepth } from './featureDepth.js';
import { freezeDepth } from './freezeDepth.js';
import { frozenTail } from './frozenTail.js';
import { labelSmoothing } from './labelSmoothing.js';
import { layerDecay } from './layerDecay.js';
import { learningRate } from './learningRate.js';
import { method } from './method.js';
import { mixup } from './mixup.js';
import { normalisation } from './normalisation.js';
import { rangeTest } from './rangeTest.js';
import { start } from './start.js';
import { weightDecay } from './weightDecay.js';

/** All dimensions. One that others depend on stands above them; samplers draw in this order. */
export const dimensions = registry<Dimension>('dimension', SearchError).of({
  method,
  freezeDepth,
  frozenTail,
  adapterRank,
  start,
  learningRate,
  rangeTest,
  layerDecay,
  weightDecay,
  decayTowards,
  normalisation,
  augmentation,
  dropout,
  labelSmoothing,
  mixup,
  averaging,
  batch,
  featureDepth,
  classifier,
});
