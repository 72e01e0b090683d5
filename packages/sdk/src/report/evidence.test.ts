import { confusionMatrix } from '@espalier/metrics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evidenceOf } from './evidence.js';

const scenario = fc
  .record({ classes: fc.integer({ min: 2, max: 4 }), count: fc.integer({ min: 1, max: 60 }) })
  .chain(({ classes, count }) =>
    fc.array(
      fc.record({
        label: fc.nat(classes - 1),
        weights: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: classes, maxLength: classes }),
      }),
      { minLength: count, maxLength: count },
    ),
  );

it('the evidence is of the cells it is in, the surest first', () => {
  fc.assert(
    fc.property(scenario, (rows) => {
      const probabilities = rows.map(({ weights }) => {
        const total = weights.reduce((a, b) => a + b, 0);
        return weights.map((weight) => weight / total);
      });
      const predictions = { probabilities, labels: rows.map(({ label }) => label) };
      const examples = rows.map((_, i) => ({ id: `${i}` }));
      const { mistakes, cells } = evidenceOf(predictions, examples);
      const matrix = confusionMatrix(predictions);
      for (const { label, predicted, ids } of cells) {
        expect(ids).toHaveLength(Math.min(12, matrix[label]?.[predicted] as number));
        for (const id of ids) expect(rows[Number(id)]?.label).toBe(label);
      }
      const filled = matrix.flat().filter((count) => count > 0).length;
      expect(cells).toHaveLength(filled);
      const wrong = matrix.flatMap((row, i) => row.filter((_, j) => i !== j)).reduce((a, b) => a + b, 0);
      expect(mistakes).toHaveLength(wrong);
      for (const { id, label, predicted, confidence } of mistakes) {
        expect(label).not.toBe(predicted);
        expect(confidence).toBeCloseTo(Math.max(...(probabilities[Number(id)] as number[])));
      }
      mistakes
        .slice(1)
        .forEach((one, i) => expect(one.confidence).toBeLessThanOrEqual(mistakes[i]?.confidence as number));
      const flat = { ...predictions, probabilities: Float32Array.from(probabilities.flat()) };
      expect(evidenceOf(flat, examples).cells.map(({ ids }) => ids.length)).toEqual(
        cells.map(({ ids }) => ids.length),
      );
    }),
  );
});
