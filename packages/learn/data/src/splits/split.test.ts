import { createRandom } from '@espalier/base/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.js';
import type { SplittableExample } from '../dataset.js';
import { splitDataset, type Split } from './split.js';
import { examplesOf } from '../testing/datasets.js';

const names = ['train', 'validation', 'test'] as const;

const datasets = fc.array(fc.integer({ min: 5, max: 60 }), { minLength: 2, maxLength: 5 }).map(examplesOf);

function idsOf(examples: readonly SplittableExample[], split: Split): string[][] {
  return names.map((name) => split[name].map((index) => examples[index]?.id ?? ''));
}

function countIn(examples: readonly SplittableExample[], indexes: readonly number[], label: number): number {
  return indexes.filter((index) => examples[index]?.label === label).length;
}

describe('splitDataset', () => {
  it('puts every example in exactly one split, each class by its shares', () => {
    fc.assert(
      fc.property(datasets, fc.integer(), (examples, seed) => {
        const split = splitDataset(examples, { seed, validation: 0.2, test: 0.1 });
        const all = names.flatMap((name) => split[name]);
        expect([...all].sort((a, b) => a - b)).toEqual(examples.map((_, index) => index));
        for (const label of new Set(examples.map((example) => example.label))) {
          const total = examples.filter((example) => example.label === label).length;
          expect(countIn(examples, split.validation, label)).toBe(Math.max(1, Math.round(total * 0.2)));
          expect(countIn(examples, split.test, label)).toBe(Math.max(1, Math.round(total * 0.1)));
          expect(countIn(examples, split.train, label)).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('depends on the ids and the seed alone, not on the order', () => {
    fc.assert(
      fc.property(datasets, fc.integer(), (examples, seed) => {
        const moved = createRandom('other order').shuffle(examples);
        const wanted = idsOf(examples, splitDataset(examples, { seed }));
        expect(idsOf(moved, splitDataset(moved, { seed }))).toEqual(wanted);
        const other = idsOf(examples, splitDataset(examples, { seed: seed + 1 }));
        if (examples.length > 40) expect(other).not.toEqual(wanted);
      }),
    );
  });

  it('keeps groups whole and still gives every class to every split', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 3, maxLength: 15 });
    fc.assert(
      fc.property(sizes, sizes, fc.integer(), (first, second, seed) => {
        const examples = [first, second].flatMap((groups, label) =>
          groups.flatMap((size, number) =>
            Array.from({ length: size }, (_, i) => ({
              id: `${label}-${number}-${i}`,
              label,
              group: `${label}-${number}`,
            })),
          ),
        );
        const split = splitDataset(examples, { seed });
        const homes = names.map((name) => new Set(split[name].map((index) => examples[index]?.group)));
        expect(homes.reduce((sum, { size }) => sum + size, 0)).toBe(first.length + second.length);
        for (const name of names) {
          for (const label of [0, 1]) expect(countIn(examples, split[name], label)).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('meets the shares nearly with many small groups of mixed classes', () => {
    const random = createRandom('patients');
    const examples = Array.from({ length: 600 }, (_, i) => ({
      id: `${i}`,
      label: random.integer(3),
      group: `patient ${Math.floor(i / 4)}`,
    }));
    const split = splitDataset(examples, { seed: 5 });
    for (const label of [0, 1, 2]) {
      const total = examples.filter((example) => example.label === label).length;
      for (const name of ['validation', 'test'] as const) {
        expect(Math.abs(countIn(examples, split[name], label) / total - 0.15)).toBeLessThan(0.03);
      }
    }
  });

  it('keeps equal contents together and says so', () => {
    const examples = examplesOf([40, 40]).map((example, i) => ({
      ...example,
      contentHash: `${Math.floor(i / 2)}`,
    }));
    const split = splitDataset(examples, { seed: 2 });
    const homes = names.map((name) => new Set(split[name].map((index) => examples[index]?.contentHash)));
    expect(homes.reduce((sum, { size }) => sum + size, 0)).toBe(40);
    expect(split.notes[0]).toBe('Kept 40 copies of other examples with their originals.');
    expect(split.notes[1]).toMatch(/examples occur under more than one class/);
  });

  it('keeps a fixed test set and carves validation out of the rest', () => {
    const examples = examplesOf([30, 30]).map((example, i) => ({
      ...example,
      split: i % 3 === 0 ? ('test' as const) : ('train' as const),
    }));
    const split = splitDataset(examples, { seed: 1 });
    expect(split.test).toEqual(examples.flatMap((example, i) => (example.split === 'test' ? [i] : [])));
    expect(split.validation.every((index) => examples[index]?.split === 'train')).toBe(true);
    expect(split.train.length + split.validation.length).toBe(40);
    // 0.15 of what is not test: 40 * 0.15 / 0.85.
    expect(split.validation.length).toBeGreaterThanOrEqual(6);
    expect(split.validation.length).toBeLessThanOrEqual(8);
  });

  it('keeps the splits that examples have had, and fills the shares with what is new', () => {
    fc.assert(
      fc.property(datasets, fc.integer({ min: 1, max: 4 }), fc.integer(), (some, times, seed) => {
        const before = some.map((example) => ({ ...example, contentHash: example.id }));
        const more = Array.from({ length: times }, (_, copy) =>
          some.map(({ id, ...example }) => ({
            ...example,
            id: `${copy}-${id}`,
            contentHash: `${copy}-${id}`,
          })),
        );
        const now = [...more.flat(), ...before];
        const shares = { seed, validation: 0.2, test: 0.1 };
        const kept = new Map(
          idsOf(before, splitDataset(before, shares)).flatMap((ids, i) =>
            ids.map((id) => [id, names[i] as (typeof names)[number]] as const),
          ),
        );
        const split = splitDataset(now, { ...shares, kept });
        const found = idsOf(now, split);
        expect([...kept].every(([id, name]) => found[names.indexOf(name)]?.includes(id))).toBe(true);
        expect(found.flat().sort()).toEqual(now.map(({ id }) => id).sort());
        for (const label of new Set(now.map((example) => example.label))) {
          const total = now.filter((example) => example.label === label).length;
          expect(countIn(now, split.validation, label)).toBe(Math.max(1, Math.round(total * 0.2)));
          expect(countIn(now, split.test, label)).toBe(Math.max(1, Math.round(total * 0.1)));
        }
      }),
    );
  });

  it('gives a copy and a group the split of those that have had one', () => {
    const examples = Array.from({ length: 40 }, (_, i) => ({
      id: String(i).padStart(2, '0'),
      label: i % 2,
      group: `group ${i >> 2}`,
      contentHash: i === 39 ? '4' : String(i),
    }));
    const kept = new Map([
      ['4', 'test'],
      ['12', 'validation'],
      ['13', 'train'],
    ] as const);
    const split = splitDataset(examples, { seed: 1, kept });
    // The group of 4, and that of its copy; of another group each keeps its own.
    expect(split.test).toEqual(expect.arrayContaining([4, 5, 6, 7, 36, 37, 38, 39]));
    expect(split.validation).toEqual(expect.arrayContaining([12, 14, 15]));
    expect(split.train).toContain(13);
  });

  it('leaves a split of share 0 out', () => {
    const split = splitDataset(examplesOf([10, 10]), { seed: 1, test: 0 });
    expect(split.test).toEqual([]);
    expect(split.validation.length).toBe(4);
  });

  it('refuses what cannot be split', () => {
    const grouped = (groups: number): SplittableExample[] =>
      examplesOf([20, 20]).map((example, i) => ({ ...example, group: `${example.label}-${i % groups}` }));
    expect(() => splitDataset(grouped(2), { seed: 1 })).toThrow(
      /none in the (test|validation) split\. It needs more groups/,
    );
    expect(() => splitDataset(examplesOf([20, 20]), { seed: 1, grouped: true })).toThrow(/needs groups/);
    expect(() => splitDataset(examplesOf([20, 20]), { seed: 1, validation: 0.6, test: 0.4 })).toThrow(
      DatasetError,
    );
    const crossing = examplesOf([20, 20]).map((example, i) => ({
      ...example,
      group: 'one',
      split: i === 0 ? ('test' as const) : ('train' as const),
    }));
    expect(() => splitDataset(crossing, { seed: 1 })).toThrow(/group "one" in both train and test/);
    expect(() => splitDataset(crossing, { seed: 1, grouped: false })).toThrow(/none in the test split/);
  });
});
