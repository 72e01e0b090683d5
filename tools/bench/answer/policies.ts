import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { trainTrial, type Session } from '@espalier/runner';
import { startOf } from '@espalier/search';
import { bestLoss, type TrialRecord, type Value } from '@espalier/study';
import { createDrawer, setsNamed } from './drawn.js';
import { openDrawn } from './opened.js';
import type { Fresh } from './ours.js';
import type { AnswerSetName } from './sets.js';
import { freshAccuracy } from './trials.js';

/**
 * Measures what each policy of training changes: the same freeze depths and learning rates with and without it, the
 * best trial by validation loss measured on fresh examples, without any refitting.
 *
 *     node tools/dist/bench/answer/policies.js <sets ...> [--shared ../shared] [--seeds 1] [--epochs 10] [--only mixup,L2-SP]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shared: { type: 'string', default: '../shared' },
    seeds: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '10' },
    only: { type: 'string' },
  },
});

type Values = Readonly<Record<string, Value>>;

const RATES = [1e-3, 3e-3, 1e-2];
/** Parts of the stages that trials freeze. */
const FROZEN = [1, 0.75, 0.5, 0];

/** The configurations of a policy, those that freeze most first. @param stages of the backbone */
type Policy = (stages: number) => readonly Values[];

const suffixes =
  (more: Values): Policy =>
  (stages) =>
    FROZEN.flatMap((part) =>
      RATES.map((learningRate) => ({ freezeDepth: Math.round(part * stages), learningRate, ...more })),
    );

/** Four blocks of a quarter of the stages each, in place of suffixes. */
const blocks: Policy = (stages) =>
  [0.75, 0.5, 0.25, 0].flatMap((part) =>
    RATES.map((learningRate) => {
      const freezeDepth = Math.round(part * stages);
      const frozenTail = stages - Math.round((part + 0.25) * stages);
      return { freezeDepth, frozenTail, learningRate };
    }),
  );

const policies: Readonly<Record<string, Policy>> = {
  usual: suffixes({}),
  'random head': suffixes({ start: 'random' }),
  'from above': suffixes({ start: 'trial' }),
  'L2-SP': suffixes({ decayTowards: 'pretrained', weightDecay: 0.1 }),
  mixup: suffixes({ mixup: 0.3 }),
  'mean of epochs': suffixes({ averaging: 'epochs' }),
  'norms frozen': suffixes({ normalisation: 'freeze' }),
  'rank 8': suffixes({ adapterRank: 8 }),
  'range test': suffixes({ rangeTest: 'on' }),
  blocks,
};

const scratch = join(tmpdir(), 'espalier-policies');
await mkdir(scratch, { recursive: true });
const draw = createDrawer({ shared: resolve(values.shared), scratch });
const chosen = values.only?.split(',') ?? Object.keys(policies);

async function measure(name: AnswerSetName, seed: number): Promise<Record<string, number>> {
  const drawn = await draw(name, seed);
  const { session, unseen } = await openDrawn(drawn, {
    seed,
    budget: { epochs: Number(values.epochs) },
    // The activations of all depths are kept.
    space: { freezeDepth: { kind: 'integer', low: 0, high: 1000 } },
  });
  const results: Record<string, number> = {};
  for (const [i, policy] of chosen.entries()) {
    results[policy] = await accuracyOf(session, policy, 1000 * i, unseen);
    console.log(name, seed, policy, ((results[policy] ?? NaN) * 100).toFixed(1));
  }
  await session.close();
  await rm(drawn.root, { recursive: true, force: true });
  return results;
}

/** @param first number of the first trial, which names its files */
async function accuracyOf(session: Session, name: string, first: number, unseen: Fresh): Promise<number> {
  const [{ prepared }] = session.candidates as [Session['candidates'][number]];
  const policy = policies[name];
  if (policy === undefined) throw new RangeError(`There is no policy '${name}'`);
  const trials: TrialRecord[] = [];
  for (const own of policy(prepared.stages.length)) {
    const usual = {
      layerDecay: 0.85,
      weightDecay: 0.01,
      augmentation: 'none',
      dropout: 0.1,
      labelSmoothing: 0.05,
    };
    const configuration = { backbone: prepared.backbone.id, values: { ...usual, batch: 32, ...own } };
    const startedFrom = startOf(trials, configuration)?.number;
    const trial = {
      ...{ role: 'searched' as const, number: first + trials.length, configuration, epochs: [] },
      ...(startedFrom !== undefined && { startedFrom }),
    };
    const { status, reason, epochs, improved } = await trainTrial(session, trial, {
      epochs: session.settings.budget.epochs,
      decide: () => null,
    });
    trials.push({ ...trial, status, reason, epochs, ...(improved !== undefined && { improved }) });
  }
  const best = trials
    .filter(({ status, epochs }) => status !== 'failed' && epochs.length > 0)
    .reduce((a, b) => (bestLoss(b) < bestLoss(a) ? b : a));
  return freshAccuracy(session, best, unseen);
}

const table: Record<string, Record<string, string>> = {};
for (const name of setsNamed(positionals)) {
  const found: Record<string, number>[] = [];
  for (const seed of values.seeds.split(',').map(Number)) found.push(await measure(name, seed));
  table[name] = Object.fromEntries(
    chosen.map((policy) => {
      const mean = found.reduce((sum, row) => sum + (row[policy] ?? NaN), 0) / found.length;
      return [policy, (100 * mean).toFixed(1)];
    }),
  );
}
console.table(table);
