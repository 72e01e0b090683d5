import { createRandom } from '@espalier/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runProbes, type Labelled } from './index.js';
import { minimise } from './lbfgs.js';

/** Clouds about one centre a class; `apart` is the distance of the centres in deviations. */
function clouds(name: string, perClass: number, width: number, classes: number, apart: number): Labelled {
  const random = createRandom('clouds', name);
  const centre = (label: number, i: number): number => (i % classes === label ? apart : 0);
  const labels = Array.from({ length: perClass * classes }, (_, row) => row % classes);
  const features = Float32Array.from({ length: labels.length * width }, (_, i) => {
    const label = labels[Math.floor(i / width)] as number;
    return 5 + centre(label, i % width) + random.normal();
  });
  return { features, labels };
}

describe('linear probes', () => {
  it.each([
    ['more examples than features', 60, 8],
    ['more features than examples', 8, 96],
  ])('tell classes apart that are apart, and no others: %s', (_, perClass, width) => {
    const at = (apart: number): ReturnType<typeof runProbes> =>
      runProbes({
        train: clouds('train', perClass, width, 3, apart),
        validation: clouds('validation', 40, width, 3, apart),
        width,
        classes: 3,
      });
    const [far, none] = [at(4), at(0)];
    for (const name of ['ridge', 'logistic'] as const) {
      expect(far[name].accuracy).toBeGreaterThan(0.95);
      expect(none[name].accuracy).toBeLessThan(0.55);
    }
  });

  it('do not mind features that never change or are scaled', () => {
    const train = clouds('train', 30, 4, 2, 3);
    const validation = clouds('validation', 30, 4, 2, 3);
    const changed = ({ features, labels }: Labelled): Labelled => ({
      labels,
      features: Float32Array.from({ length: labels.length * 5 }, (_, i) =>
        i % 5 === 4 ? 7 : 1000 * (features[Math.floor(i / 5) * 4 + (i % 5)] as number),
      ),
    });
    const plain = runProbes({ train, validation, width: 4, classes: 2 });
    const scaled = runProbes({
      train: changed(train),
      validation: changed(validation),
      width: 5,
      classes: 2,
    });
    expect(scaled.ridge.accuracy).toBeCloseTo(plain.ridge.accuracy, 1);
    expect(scaled.logistic.accuracy).toBeCloseTo(plain.logistic.accuracy, 1);
  });
});

describe('L-BFGS', () => {
  it('finds the least of any convex quadratic', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            scale: fc.double({ min: 0.1, max: 50, noNaN: true }),
            least: fc.double({ min: -5, max: 5, noNaN: true }),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        (terms) => {
          const found = minimise(
            (point) => ({
              value: terms.reduce(
                (sum, { scale, least }, i) => sum + 0.5 * scale * ((point[i] as number) - least) ** 2,
                0,
              ),
              gradient: Float64Array.from(
                terms,
                ({ scale, least }, i) => scale * ((point[i] as number) - least),
              ),
            }),
            new Float64Array(terms.length),
            { iterations: 300, tolerance: 1e-8 },
          );
          terms.forEach(({ least }, i) => expect(found[i]).toBeCloseTo(least, 3));
        },
      ),
    );
  });
});
