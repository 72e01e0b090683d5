import type { Configuration } from '@espalier/study';
import { dimensions } from '../../dimensions/index.js';

/** How likely a configuration is thought good before anything is seen, relative to the likeliest values, in (0, 1]. */
export const beliefIn = ({ values }: Configuration): number =>
  dimensions.entries().reduce((product, [name, { belief }]) => {
    const value = values[name];
    return value === undefined || belief === undefined ? product : product * belief(value);
  }, 1);
