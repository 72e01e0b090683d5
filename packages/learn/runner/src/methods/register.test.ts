import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writePictures } from '@espalier/data/testing';
import { dimensions, numberDimension } from '@espalier/search';
import type { Configuration } from '@espalier/study';
import { currentOffer } from '../study/offer.js';
import { runStudy, type StudyResult } from '../study/study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../testing/fixtures.js';
import { registerMethod } from './index.js';
import type { TransferMethod } from './method.js';
import { probe } from './probe/index.js';

let root: string;
let remove: () => Promise<void>;
const removals: (() => void)[] = [];
let trained = 0;

/** Ridge regression on the features of the depth that the method's own dimension gives. */
const asProbe = <T extends { readonly configuration: Configuration }>(one: T): T => {
  const { backbone, values } = one.configuration;
  const depth = values['ridgeDepth'] ?? NaN;
  return {
    ...one,
    configuration: { backbone, values: { method: 'probe', classifier: 'ridge', featureDepth: depth } },
  };
};

const ridge: TransferMethod = {
  ...probe,
  train: (session, run) => {
    trained++;
    return probe.train(session, asProbe(run));
  },
  validate: (session, trial) => probe.validate(session, asProbe(trial)),
  judge: (session, one) => probe.judge(session, { ...one, trial: asProbe(one.trial) }),
  fit: (session, one, scope) => probe.fit(session, { ...one, trial: asProbe(one.trial) }, scope),
  untrained: (session, configuration) => probe.untrained(session, asProbe({ configuration }).configuration),
  frozen: (configuration) => probe.frozen(asProbe({ configuration }).configuration),
};

beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'pictures'), 30);
});
afterAll(() => remove());

const asked = (): ReturnType<typeof tinySettings> => ({
  ...tinySettings(root, { baseline: false, budget: { trials: 3, epochs: 1 } }),
  space: { method: list('ridge'), ridgeDepth: list(2, 4) },
});

const run = async (name: string): Promise<StudyResult> =>
  runStudy(asked(), { ...tinyOptions(root, name), backbones: [await tinyBackbone(root)] });

it('is added by its facts and its work, with a dimension of its own, and a search uses it', async () => {
  await expect(run('before')).rejects.toThrow('one of tune, probe is needed');
  removals.push(
    registerMethod(
      'ridge',
      {
        title: ({ ridgeDepth }) => `ridge at ${ridgeDepth}`,
        epochs: 1,
        network: (backbone, { ridgeDepth }) => `${backbone} to ${ridgeDepth}`,
        work: () => 1,
      },
      ridge,
    ),
    dimensions.register(
      'ridgeDepth',
      numberDimension({
        label: 'Ridge depth',
        help: 'Behind how many stages ridge regression reads its features',
        limits: { low: 1, high: 8, whole: true },
        depths: 'read',
        when: { method: ['ridge'] },
        usual: () => list(1),
        usually: '1',
        take: (recipe) => recipe,
      }),
    ),
  );
  try {
    const offered = currentOffer().dimensions.find(({ name }) => name === 'method');
    expect(offered?.domain).toEqual({ kind: 'name', names: ['tune', 'probe', 'ridge'] });
    const { trials, best } = await run('ridge');
    expect(trained).toBe(2);
    expect(trials.map(({ configuration }) => configuration.values)).toEqual(
      expect.arrayContaining([2, 4].map((ridgeDepth) => ({ method: 'ridge', ridgeDepth }))),
    );
    for (const { epochs, status } of trials) expect([epochs.length, status]).toEqual([1, 'complete']);
    const titles = best.leaderboard.map(({ title }) => title);
    expect(titles.some((title) => /ridge at [24]$/.test(title))).toBe(true);
  } finally {
    removals.forEach((take) => take());
  }
  await expect(run('after')).rejects.toThrow('one of tune, probe is needed');
});
