import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluate } from '@espalier/metrics';
import audioMini from '@espalier/plugin-audio-mini';
import { bestEpoch, runStudy, studySettingsSchema, type StudyResult } from '@espalier/runner';
import { generateSounds } from '../../sounds/generate.js';
import { comparisonTable, percent, type Comparison } from '../evaluation/table.js';

/** Shares of the recorders; none is heard in two of training, choosing and testing. */
const SHARES = { validation: 0.2, test: 0.5 };

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    'per-class': { type: 'string', default: '100' },
    trials: { type: 'string', default: '12' },
    epochs: { type: 'string', default: '40' },
  },
});

/** Searches on fresh recordings; the twin is the winner's network from random weights, at four rates. */
async function study(seed: number): Promise<StudyResult> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-evaluate-'));
  try {
    const dataset = join(folder, 'sounds');
    await generateSounds({ folder: dataset, perClass: Number(values['per-class']), seed });
    const settings = studySettingsSchema.parse({
      command: 'tools/pretrain/audio/evaluate',
      dataset: { path: dataset, groupPattern: 'recorder', ...SHARES },
      backbones: [audioMini.id],
      seed,
      training: { batch: 16, patience: 10 },
      budget: { trials: Number(values.trials), epochs: Number(values.epochs) },
      scratchRates: [1e-2, 3e-3, 1e-3, 3e-4],
      cache: { folder: join(folder, 'cache'), bytes: 4e9 },
      engine: { threads: 1 },
    });
    return await runStudy(settings, { folder: join(folder, 'study'), backbones: [audioMini] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function comparisonOf(seed: number, { best, verdicts }: StudyResult): Comparison {
  if (verdicts.scratch.kind === 'none') throw new Error(verdicts.scratch.why);
  const { test, record } = verdicts.scratch.result;
  const { freezeDepth, learningRate, augmentation } = best.trial.configuration;
  return {
    seed,
    scratch: { accuracy: evaluate(test, { seed }).accuracy, recipe: `all, ${record.learningRate}` },
    transfer: {
      accuracy: best.evaluations.test.accuracy,
      recipe: `depth ${freezeDepth}, ${learningRate.toPrecision(2)}, ${augmentation}`,
    },
  };
}

/** The best validation at each freeze depth, for what the search did not choose. */
function depthsOf({ trials }: StudyResult): string {
  const best = new Map<number, number>();
  for (const { configuration, epochs } of trials) {
    const { freezeDepth } = configuration;
    const accuracy = bestEpoch(epochs)?.validationAccuracy ?? 0;
    best.set(freezeDepth, Math.max(accuracy, best.get(freezeDepth) ?? 0));
  }
  const ordered = [...best].sort(([a], [b]) => a - b);
  return ordered.map(([depth, accuracy]) => `${percent(accuracy)} at depth ${depth}`).join(', ');
}

const rows: Comparison[] = [];
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const result = await study(seed);
  const row = comparisonOf(seed, result);
  rows.push(row);
  console.error(
    `seed ${seed}: test ${percent(row.transfer.accuracy)}, twin ${percent(row.scratch.accuracy)}; ` +
      `validation ${depthsOf(result)}`,
  );
}
console.log(comparisonTable(rows));
