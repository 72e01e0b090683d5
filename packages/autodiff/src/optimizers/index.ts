import { adamW, type AdamWOptions } from './adamw.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

export type OptimizerChoice =
  { readonly kind: 'sgd'; readonly momentum?: number } | ({ readonly kind: 'adamw' } & AdamWOptions);

export function optimizerOf(choice: OptimizerChoice): Optimizer {
  switch (choice.kind) {
    case 'sgd':
      return sgd(choice);
    case 'adamw':
      return adamW(choice);
  }
}

export type { Optimizer } from './optimizer.js';
