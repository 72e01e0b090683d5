import { registry } from '@espalier/base';
import { SearchError } from '../errors.js';
import { gpSampler } from './gp.js';
import { gridSampler } from './grid.js';
import { nsga2Sampler } from './nsga2.js';
import { randomSampler } from './random.js';
import type { Sampler } from './sampler.js';
import { sobolSampler } from './sobol.js';
import { tpeSampler } from './tpe.js';
import { transferSampler } from './transfer/transfer.js';

export const samplers = registry<Sampler>('sampler', SearchError).of({
  grid: gridSampler,
  random: randomSampler,
  tpe: tpeSampler,
  sobol: sobolSampler,
  gp: gpSampler,
  nsga2: nsga2Sampler,
  transfer: transferSampler,
});
