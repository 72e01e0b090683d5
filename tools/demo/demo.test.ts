import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { visionMini } from '@espalier/plugin-vision-mini';
import { runStudy } from '@espalier/runner';
import { studyRequestSchema, type Range } from '@espalier/study';
import { expect, it, onTestFinished } from 'vitest';
import { generateSurfaces } from '../surfaces/generate.js';

const list = (...values: readonly (number | string)[]): Range => ({ kind: 'choices', values });

it('vision-mini tells surfaces apart with a new head alone, far better than chance', async () => {
  const root = await mkdtemp(join(tmpdir(), 'espalier-demo-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await generateSurfaces({ folder: join(root, 'surfaces'), perClass: 40, seed: 3 });
  const settings = studyRequestSchema.parse({
    command: 'test',
    dataset: { path: join(root, 'surfaces'), test: 0.4 },
    backbones: ['vision-mini'],
    sampler: 'grid',
    space: {
      ...{ freezeDepth: list(8), learningRate: list(8e-3), layerDecay: list(1) },
      ...{ weightDecay: list(0.01), augmentation: list('none') },
    },
    baseline: false,
  });
  const environment = { cache: { folder: join(root, 'cache'), bytes: 2 ** 30 } };
  const options = { folder: join(root, 'study'), environment, backbones: [visionMini] };
  const { best } = await runStudy(settings, options);
  // Four classes in equal shares: chance is 25 %.
  expect(best.evaluations.test.examples).toBe(64);
  expect(best.evaluations.test.value).toBeGreaterThan(0.55);
});
