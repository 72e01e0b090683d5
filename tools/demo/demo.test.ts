import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { visionMini } from '@espalier/plugin-vision-mini';
import { runStudy, studySettingsSchema } from '@espalier/runner';
import { expect, it, onTestFinished } from 'vitest';
import { generateSurfaces } from '../surfaces/generate.js';

it('vision-mini tells surfaces apart with a new head alone, far better than chance', async () => {
  const root = await mkdtemp(join(tmpdir(), 'espalier-demo-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await generateSurfaces({ folder: join(root, 'surfaces'), perClass: 40, seed: 3 });
  const settings = studySettingsSchema.parse({
    command: 'test',
    dataset: { path: join(root, 'surfaces'), test: 0.4 },
    backbones: ['vision-mini'],
    sampler: 'grid',
    freezeDepths: [8],
    learningRate: { kind: 'choices', values: [8e-3] },
    layerDecay: { kind: 'choices', values: [1] },
    weightDecay: { kind: 'choices', values: [0.01] },
    augmentation: ['none'],
    scratch: false,
    cache: { folder: join(root, 'cache'), bytes: 2 ** 30 },
  });
  const { best } = await runStudy(settings, { folder: join(root, 'study'), backbones: [visionMini] });
  // Four classes in equal shares: chance is 25 %.
  expect(best.evaluations.test.examples).toBe(64);
  expect(best.evaluations.test.accuracy).toBeGreaterThan(0.55);
});
