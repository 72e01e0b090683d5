import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '@espalier/metrics';
import { runStudy, type StudyResult } from '@espalier/runner';
import { bestEpoch, studyRequestSchema } from '@espalier/study';
import type { Backbone } from '@espalier/transfer';
import { comparisonTable, percent, type Comparison } from './table.js';

/** Learning rates that the baseline from random weights may choose from on validation. */
const BASELINE_RATES = [3e-3, 1e-3, 3e-4];

/**
 * A whole search with a backbone against the winner's own network from random weights; both choose their
 * recipe on validation.
 *
 * @param dataset makes the dataset in a folder of its own and gives its settings
 * @param settings what differs from the defaults
 */
export async function studyWithBaseline(
  backbone: Backbone,
  seed: number,
  dataset: (folder: string) => Promise<object>,
  settings: object,
): Promise<StudyResult> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-evaluate-'));
  try {
    const parsed = studyRequestSchema.parse({
      command: `evaluation of ${backbone.id}`,
      dataset: await dataset(folder),
      backbones: [backbone.id],
      seed,
      baselineRates: BASELINE_RATES,
      ...settings,
    });
    const environment = { cache: { folder: join(folder, 'cache'), bytes: 4e9 } };
    return await runStudy(parsed, { folder: join(folder, 'study'), environment, backbones: [backbone] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One study a seed, said as they end, and their table. */
export async function compareSeeds(
  seeds: number,
  study: (seed: number) => Promise<StudyResult>,
): Promise<void> {
  const rows: Comparison[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const result = await study(seed);
    const row = comparisonOf(seed, result);
    rows.push(row);
    console.error(
      `seed ${seed}: test ${percent(row.transfer.accuracy)}, baseline ${percent(row.random.accuracy)}; ` +
        `validation ${depthsOf(result)}`,
    );
  }
  console.log(comparisonTable(rows));
}

/** A row of the comparison: what each side reached on the test split, and how. */
function comparisonOf(seed: number, { best, verdicts }: StudyResult): Comparison {
  if (verdicts.baseline.kind === 'none') throw new Error(verdicts.baseline.why);
  const { test, trial } = verdicts.baseline.result;
  return {
    seed,
    random: {
      accuracy: evaluate(test).accuracy,
      recipe: `all, ${trial.configuration.values['learningRate']}`,
    },
    transfer: {
      accuracy: best.evaluations.test.value,
      recipe: best.title,
    },
  };
}

/** The best validation at each freeze depth, for what the search did not choose. */
function depthsOf({ trials }: StudyResult): string {
  const best = new Map<number, number>();
  for (const { configuration, epochs } of trials) {
    const freezeDepth = Number(configuration.values['freezeDepth']);
    const accuracy = bestEpoch(epochs)?.metrics['accuracy'] ?? 0;
    best.set(freezeDepth, Math.max(accuracy, best.get(freezeDepth) ?? 0));
  }
  const ordered = [...best].sort(([a], [b]) => a - b);
  return ordered.map(([depth, accuracy]) => `${percent(accuracy)} at depth ${depth}`).join(', ');
}
