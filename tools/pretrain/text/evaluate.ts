import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import textMini from '@espalier/plugin-text-mini';
import { compareSeeds, studyWithBaseline } from '../evaluation/baseline.js';

/** text-mini on the support messages against its own network from random weights. */
const messages = fileURLToPath(new URL('../../../messages/messages.tsv', import.meta.url));
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    trials: { type: 'string', default: '12' },
    epochs: { type: 'string', default: '20' },
  },
});

// A third of the 470 messages to learn from: the task is to be small.
const dataset = (): Promise<object> => Promise.resolve({ path: messages, validation: 0.2, test: 0.5 });

await compareSeeds(Number(values.seeds), (seed) =>
  studyWithBaseline(textMini, seed, dataset, {
    space: { batch: { kind: 'choices', values: [16] } },
    training: { patience: 8 },
    budget: { trials: Number(values.trials), epochs: Number(values.epochs) },
  }),
);
