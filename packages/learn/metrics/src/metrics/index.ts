import { registry } from '@espalier/base';
import { MetricsError } from '../errors.js';
import { accuracy } from './accuracy.js';
import { balancedAccuracy } from './balancedAccuracy.js';
import { logLoss } from './logLoss.js';
import { macroF1 } from './macroF1.js';
import type { Metric } from './metric.js';

/** All metrics. */
export const metrics = registry<Metric>('metric', MetricsError).of({
  accuracy,
  balancedAccuracy,
  macroF1,
  logLoss,
});
