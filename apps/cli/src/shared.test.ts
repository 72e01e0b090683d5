import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readReport } from '@espalier/study/folder';
import { describe, expect, it, onTestFinished } from 'vitest';
import { espalier } from './testing/cli.js';

/** Photographs and a real pre-trained network, which are not part of the repository. */
const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const dataset = join(shared, 'data', 'dogs_vs_cats');
const backbone = join(shared, 'backbones', 'mobilenet_v2');
const there = existsSync(dataset) && existsSync(backbone);

describe('cats and dogs with MobileNetV2', () => {
  const name = there
    ? 'reaches 97 %'
    : 'needs ../shared/data/dogs_vs_cats and ../shared/backbones/mobilenet_v2';
  it.skipIf(!there)(name, { timeout: 300_000 }, async () => {
    const root = await mkdtemp(join(tmpdir(), 'espalier-shared-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const { code, err } = await espalier(
      [
        ...['search', dataset, '--backbone', backbone, '--out', join(root, 'out'), '--depths', '17,19'],
        ...['--trials', '4', '--epochs', '3', '--augment', 'none', '--no-scratch', '--seed', '1'],
      ],
      root,
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = await readReport(join(root, 'out', 'report.json'));
    expect(new Set(report.trials.map(({ configuration }) => configuration.values['freezeDepth'])).size).toBe(
      2,
    );
    expect(report.best.test.value).toBeGreaterThanOrEqual(0.97);
  });
});
