import { join } from 'node:path';
import { parseArgs } from 'node:util';
import audioMini from '@espalier/plugin-audio-mini';
import { generateSounds } from '../../sounds/generate.js';
import { compareSeeds, studyWithBaseline } from '../evaluation/baseline.js';

/** audio-mini on fresh recordings of a machine against its own network from random weights. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    'per-class': { type: 'string', default: '100' },
    trials: { type: 'string', default: '12' },
    epochs: { type: 'string', default: '40' },
  },
});

/** Shares of the recorders; none is heard in two of training, choosing and testing. */
const SHARES = { validation: 0.2, test: 0.5 };

await compareSeeds(Number(values.seeds), (seed) => {
  const dataset = async (folder: string): Promise<object> => {
    const path = join(folder, 'sounds');
    await generateSounds({ folder: path, perClass: Number(values['per-class']), seed });
    return { path, groupPattern: 'recorder', ...SHARES };
  };
  return studyWithBaseline(audioMini, seed, dataset, {
    space: { batch: { kind: 'choices', values: [16] } },
    training: { patience: 10 },
    budget: { trials: Number(values.trials), epochs: Number(values.epochs) },
    baselineRates: [1e-2, 3e-3, 1e-3, 3e-4],
  });
});
