import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerRule } from '@espalier/autodiff';
import {
  audioPolicies,
  identityView,
  imagePolicies,
  readers,
  textPolicies,
  type Policy,
} from '@espalier/data';
import { writePictures } from '@espalier/data/testing';
import { optimizers } from '@espalier/engine';
import { writeModel } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import { currentOffer } from '@espalier/runner';
import { search, type SearchOptions, type StudyNews } from '@espalier/sdk';
import { costs, dimensions, numberDimension, pruners, samplers, schedules } from '@espalier/search';
import { afterAll, beforeAll, expect, describe, it } from 'vitest';

/**
 * Whoever adds a part writes one file and one line. Here a stand-in is registered in each place where parts
 * stand, a search asks for it by its name, and it has to be shown, used, and gone again.
 */
interface Place {
  readonly kind: string;
  /**
   * Registers a stand-in that is called `dummy`.
   *
   * @param used called whenever the stand-in does what its kind does
   * @returns what takes it away again
   */
  readonly register: (used: () => void) => () => void;
  /** Options of a search that takes the stand-in. */
  readonly asks: (root: string) => Partial<SearchOptions>;
  /** Names that people are shown; absent for parts that networks ask for, and people do not. */
  readonly offered?: () => readonly string[];
  /** Error of a search once the stand-in is removed. */
  readonly refusal: () => string;
  /** Whether the dataset and the network have to be opened to see that it is gone. */
  readonly opened?: true;
}

const dimensionNames = (): readonly string[] => currentOffer().dimensions.map(({ name }) => name);

const augmentation = (): ReturnType<typeof currentOffer>['dimensions'][number] => {
  const found = currentOffer().dimensions.find(({ name }) => name === 'augmentation');
  if (found === undefined) throw new Error('there is no augmentation');
  return found;
};

const augmentationNames = (): readonly string[] => {
  const { domain } = augmentation();
  return domain.kind === 'name' ? domain.names : [];
};

const noSuch = (noun: string, others: readonly string[]): string =>
  `there is no ${noun} 'dummy'; there are ${others.join(', ')}`;

const places: readonly Place[] = [
  {
    kind: 'dimension',
    register: (used) => {
      const take = <R>(recipe: R): R => {
        used();
        return recipe;
      };
      const limits = { low: 0, high: 9 };
      const usual = { kind: 'choices', values: [0] } as const;
      const described = { label: 'Dummy', help: 'Changes nothing', usually: '0', usual: () => usual };
      return dimensions.register('dummy', numberDimension({ ...described, limits, take }));
    },
    asks: () => ({ space: { dummy: [1, 2] } }),
    offered: dimensionNames,
    refusal: () => `there is no such dimension; there are ${dimensionNames().join(', ')}`,
  },
  {
    kind: 'sampler',
    register: (used) =>
      samplers.register('dummy', {
        name: 'dummy',
        suggest: (request) => {
          used();
          return samplers.get('random').suggest(request);
        },
      }),
    asks: () => ({ sampler: 'dummy' }),
    offered: () => currentOffer().samplers,
    refusal: () => noSuch('sampler', currentOffer().samplers),
  },
  {
    kind: 'pruner',
    register: (used) =>
      pruners.register('dummy', () => ({
        name: 'dummy',
        shouldStop: () => {
          used();
          return false;
        },
      })),
    asks: () => ({ pruner: 'dummy' }),
    offered: () => currentOffer().pruners,
    refusal: () => noSuch('pruner', currentOffer().pruners),
  },
  {
    kind: 'cost',
    register: (used) =>
      costs.register('dummy', {
        of: 'network',
        label: 'Dummy',
        help: 'A number',
        units: [{ name: 'd', size: 1 }],
        measure: () => {
          used();
          return 1;
        },
      }),
    asks: () => ({ limits: { dummy: 2 }, also: ['dummy'] }),
    offered: () => currentOffer().costs.map(({ name }) => name),
    refusal: () =>
      noSuch(
        'cost',
        currentOffer().costs.map(({ name }) => name),
      ),
  },
  {
    kind: 'schedule',
    register: (used) =>
      schedules.register('dummy', {
        name: 'dummy',
        factor: () => {
          used();
          return 0.5;
        },
      }),
    asks: () => ({ training: { schedule: 'dummy', leastSteps: 1 } }),
    offered: () => currentOffer().schedules,
    refusal: () => noSuch('schedule', currentOffer().schedules),
  },
  {
    kind: 'optimizer',
    register: (used) =>
      optimizers.register('dummy', (options) => {
        used();
        return optimizers.get('sgd')(options);
      }),
    asks: () => ({ training: { optimizer: 'dummy', leastSteps: 1 } }),
    offered: () => currentOffer().optimizers,
    refusal: () => noSuch('optimizer', currentOffer().optimizers),
  },
  {
    kind: 'dataset layout',
    register: (used) =>
      readers.register('dummy', {
        format: 'dummy',
        description: 'a stand-in',
        recognises: () => true,
        read: (source, options) => {
          used();
          return readers.get('media-folder').read(source, options);
        },
      }),
    asks: (root) => ({ dataset: { path: join(root, 'pictures'), layout: 'dummy' } }),
    offered: () => currentOffer().layouts,
    refusal: () => noSuch('layout', currentOffer().layouts),
  },
  {
    kind: 'augmentation of images',
    register: (used) =>
      imagePolicies.register('dummy', {
        usual: false,
        view: () => {
          used();
          return { ...identityView, flip: true };
        },
      }),
    asks: () => ({ space: { augmentation: 'dummy' } }),
    offered: () => augmentation().namesIn?.['image'] ?? [],
    refusal: () => `one of ${augmentationNames().join(', ')} is needed`,
  },
  {
    kind: 'gradient rule',
    register: (used) =>
      registerRule('MeanVarianceNormalization', (c) => {
        used();
        return c.dy;
      }),
    asks: (root) => ({ backbones: [join(root, 'unknown.onnx')], space: { freezeDepth: 0 } }),
    refusal: () => 'there is no gradient rule for MeanVarianceNormalization',
    opened: true,
  },
];

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'espalier-places-'));
  await writePictures(join(root, 'pictures'), 20);
  await writeModel(join(root, 'tiny.onnx'), tinyNetwork());
  await writeModel(join(root, 'unknown.onnx'), tinyNetwork({ unknownOperator: true }));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A search of the small network that takes a second. */
const asked = (name: string, { space, ...change }: Partial<SearchOptions>): SearchOptions => ({
  dataset: join(root, 'pictures'),
  backbones: [join(root, 'tiny.onnx')],
  folder: join(root, name),
  seed: 5,
  budget: { trials: 2, epochs: 3 },
  training: { leastSteps: 1 },
  baseline: false,
  cache: { folder: join(root, 'cache') },
  engine: { threads: 1 },
  ...change,
  space: { freezeDepth: 2, augmentation: 'none', batch: 16, ...space },
});

/** Whether anything is computed, or even read, by the time of an event. */
const isWork = (news: StudyNews, opened: boolean): boolean => {
  if (news.kind === 'note') return false;
  const isOpening = ['data', 'backbone'].includes(news.kind);
  return !opened || !(isOpening || (news.kind === 'progress' && news.phase === 'reading'));
};

describe.each(places)('a new $kind', ({ kind, register, asks, offered, refusal, opened = false }) => {
  it('is offered, taken by a search that names it, and refused once it is gone', async () => {
    const others = offered?.() ?? [];
    const name = kind.replaceAll(' ', '-');
    let uses = 0;
    const remove = register(() => uses++);
    try {
      expect(offered?.() ?? []).toEqual(offered === undefined ? [] : [...others, 'dummy']);
      expect(uses).toBe(0);
      const { trials } = await search(asked(name, asks(root)));
      expect(trials.map(({ status }) => status)).toEqual(['complete', 'complete']);
      expect(uses).toBeGreaterThan(0);
    } finally {
      remove();
    }
    expect(offered?.() ?? []).toEqual(others);

    const news: StudyNews[] = [];
    const again = asked(`${name}-again`, { ...asks(root), onEvent: (event) => news.push(event) });
    await expect(search(again)).rejects.toThrow(refusal());
    expect(news.filter((one) => isWork(one, opened)).map((one) => one.kind)).toEqual([]);
    expect(existsSync(join(root, `${name}-again`))).toBe(false);
  });
});

describe.each([
  ['text', textPolicies],
  ['audio', audioPolicies],
] as const)('a new augmentation of %s', (modality, policies) => {
  it('is offered for its modality alone, until it is gone', () => {
    const namesIn = (): Readonly<Record<string, readonly string[]>> => augmentation().namesIn ?? {};
    const before = namesIn();
    const none = policies.get('none') as Policy<never>;
    const remove = policies.register('dummy', none);
    expect(namesIn()).toEqual({ ...before, [modality]: [...(before[modality] ?? []), 'dummy'] });
    expect(augmentationNames()).toContain('dummy');
    remove();
    expect(namesIn()).toEqual(before);
  });
});
