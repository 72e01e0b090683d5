import { join } from 'node:path';
import { writePictures } from '@espalier/data/testing';
import { scores } from '@espalier/probes';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runStudy, type StudyResult } from '../study/study.js';
import { temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../testing/fixtures.js';
import { drawnRows, MOST_SCORED } from './scoring.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
});
afterAll(() => remove());

async function searched(name: string, pictures: number): Promise<StudyResult> {
  await writePictures(join(root, name), pictures);
  const budget = { trials: 1, epochs: 1, totalEpochs: null, seconds: null, exhaust: false };
  const settings = tinySettings(root, { dataset: { path: join(root, name) }, budget, baseline: false });
  return runStudy(settings, { ...tinyOptions(root, `${name}-study`), backbones: [await tinyBackbone(root)] });
}

const valuesOf = ({ probes }: StudyResult, name: string) =>
  probes.flatMap((probe) => probe.scores?.values.filter((value) => value.name === name) ?? []);

describe('scores in a study', () => {
  it('are those of the registry: one that is added stands beside the others', async () => {
    const seen: number[] = [];
    const remove = scores.register('dummy', {
      title: 'Dummy',
      unit: 'share',
      paper: 'none',
      needs: 'features',
      of: ({ labels, units }) => {
        expect(units).toHaveLength(labels.length);
        return seen.push(labels.length);
      },
    });
    try {
      const found = valuesOf(await searched('few', 20), 'dummy');
      expect(found.map(({ title, value }) => [title, value])).toEqual(seen.map((_, i) => ['Dummy', i + 1]));
      expect(seen.length).toBeGreaterThan(1);
    } finally {
      remove();
    }
  });
});

it('many examples are scored by some of each class, in proportion and over their whole order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 4 * MOST_SCORED }), (labels) => {
      const rows = drawnRows(labels);
      expect(rows).toHaveLength(Math.min(labels.length, MOST_SCORED));
      expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
      for (const label of new Set(labels)) {
        const [all, drawn] = [labels, rows.map((row) => labels[row])].map(
          (list) => list.filter((one) => one === label).length / list.length,
        );
        expect(Math.abs((drawn ?? NaN) - (all ?? NaN))).toBeLessThanOrEqual(1 / rows.length);
      }
    }),
    { numRuns: 50 },
  );
});
