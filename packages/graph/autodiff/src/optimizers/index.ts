import { registry } from '@espalier/base';
import { AutodiffError } from '../errors.js';
import { adamW } from './adamw.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** Makes an optimizer. An option that is not given has the usual value of the optimizer. */
export type OptimizerFactory = (options?: Readonly<Record<string, number>>) => Optimizer;

export const optimizers = registry<OptimizerFactory>('optimizer', AutodiffError).of({ adamw: adamW, sgd });

/** An optimizer by its name, with its own options. */
export interface OptimizerChoice {
  readonly kind: string;
  readonly options?: Readonly<Record<string, number>>;
}

/** @throws AutodiffError where no optimizer has the name */
export const optimizerOf = ({ kind, options }: OptimizerChoice): Optimizer => optimizers.get(kind)(options);

export type { Optimizer } from './optimizer.js';
