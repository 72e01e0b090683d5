import { describe, expect, it } from 'vitest';
import type { TrialRecord } from '@espalier/study';
import { baselinesOf } from '../course/baselines.js';
import { samplers } from '../samplers/registry.js';
import { isInSpace, sizeOfSpace } from '../space/points.js';
import { spaceOf } from '../space/space.js';
import { list } from '../testing/fixtures.js';
import type { Member } from './dimension.js';

const member: Member = {
  id: 'a',
  modality: 'image',
  freezeDepths: [0, 1, 2, 3],
  whyNot: () => '',
  policies: ['none', 'flip'],
};

describe('a dimension of some modalities', () => {
  it('is refused for others where it is asked for, and left out of their spaces', () => {
    const text: Member = { ...member, modality: 'text', policies: ['none'] };
    const mixed = { mixup: list(0, 0.3) };
    expect(spaceOf(mixed, [member]).ranges).toMatchObject(mixed);
    expect(spaceOf({}, [text]).ranges).not.toHaveProperty('mixup');
    for (const asked of [mixed, { mixup: list(0.3) }]) {
      expect(() => spaceOf(asked, [text])).toThrow(
        'mixup is searched for images and recordings only, and not for texts: leave it out',
      );
    }
  });
});

describe('a space with methods', () => {
  it('is what it was where nothing is asked', () => {
    const space = spaceOf({}, [member]);
    const names = [...Object.keys(space.ranges), ...Object.keys(space.backbones[0]?.ranges ?? {})];
    expect(names).not.toContain('method');
    expect(names).not.toContain('classifier');
    expect(names).toEqual(expect.arrayContaining(['learningRate', 'freezeDepth', 'batch']));
  });

  it('has of a single method what that takes', () => {
    const space = spaceOf({ method: list('probe') }, [member]);
    expect(space.ranges).toEqual({ method: list('probe'), classifier: list('logistic', 'ridge') });
    expect(space.backbones).toEqual([{ id: 'a', ranges: { featureDepth: list(1, 2, 3) } }]);
    expect(sizeOfSpace(space)).toBe(6);
  });

  it('gives each configuration what its method takes', () => {
    const space = spaceOf({ method: list('tune', 'probe'), freezeDepth: list(2) }, [member]);
    const seen = new Set<string>();
    for (let trial = 0; trial < 30; trial++) {
      const configuration = samplers.get('random').suggest({ space, history: [], trial, seed: 1 });
      if (configuration === null || configuration instanceof Promise) throw new Error('no configuration');
      expect(isInSpace(space, configuration)).toBe(true);
      const { method, ...values } = configuration.values;
      seen.add(String(method));
      expect('learningRate' in values).toBe(method === 'tune');
      expect('classifier' in values).toBe(method === 'probe');
    }
    expect(seen).toEqual(new Set(['tune', 'probe']));
  });

  it('refuses what no method that is searched takes', () => {
    expect(() => spaceOf({ classifier: list('ridge') }, [member])).toThrow(
      'classifier is searched with method probe only: search that too, or leave classifier out',
    );
    expect(() => spaceOf({ method: list('probe'), dropout: list(0.1) }, [member])).toThrow(
      'dropout is searched with method tune only',
    );
    expect(() => spaceOf({ method: list('probe'), featureDepth: list(4) }, [member])).toThrow(
      'backbone a has no features at depth 4; it has them at 1 to 3',
    );
  });

  it('compares a probe that won with its network from random weights', () => {
    const values = { method: 'probe', featureDepth: 2, classifier: 'ridge' };
    const epoch = { epoch: 1, trainLoss: 0, validationLoss: 1, metrics: {}, learningRate: 0, seconds: 0 };
    const trials: TrialRecord[] = [
      {
        role: 'searched',
        number: 0,
        configuration: { backbone: 'a', values },
        status: 'complete',
        reason: '',
        epochs: [epoch],
      },
    ];
    const settings = { baseline: true, baselineRates: [0.01] } as unknown as Parameters<
      typeof baselinesOf
    >[0]['settings'];
    expect(baselinesOf({ settings, trainable: ['a'], trials })).toEqual([
      { backbone: 'a', values: { freezeDepth: 0, layerDecay: 1, learningRate: 0.01 } },
    ]);
  });
});
