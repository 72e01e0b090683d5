import { registry } from '@espalier/base';
import type { Offer } from '@espalier/study';
import { SearchError } from '../errors.js';
import type { Cost } from './cost.js';
import { latency } from './latency.js';
import { size } from './size.js';
import { training } from './training.js';

/** All costs. */
export const costs = registry<Cost>('cost', SearchError).of({ latency, size, training });

/** All costs as people are shown them. */
export const offeredCosts = (): Offer['costs'] =>
  costs.entries().map(([name, { label, help, units }]) => ({
    ...{ name, label, help },
    units: units.map((unit) => ({ ...unit })),
  }));
