import { openApiDocument } from '@espalier/api';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { moreOf, nothingMore, numberChoices, oneChoicesOf, textChoicesOf, unreadOf } from './more';
import { namesFor, spaceOf, unreadIn } from './space';
import { requestOf, testOffer } from '../testing';
import { studyOf, usualChoices } from './wizard';

const usual = requestOf();
const oneChoices = oneChoicesOf(testOffer);
const textChoices = textChoicesOf(testOffer);
const at = (of: object, path: string): unknown =>
  path.split('.').reduce((value: unknown, part) => (value as Record<string, unknown>)[part], of);

const objectSchema = z.object({ properties: z.record(z.string(), z.unknown()) });
const propertiesOf = (schema: unknown): string[] => {
  const parsed = objectSchema.safeParse(schema);
  return parsed.success ? Object.keys(parsed.data.properties) : [];
};

/** What the server takes of a search, such as `training.batch`. */
function askable(): string[] {
  const place = { url: 'http://localhost', version: '1', procedures: '', signIn: false };
  const body = openApiDocument(place).paths['/studies.create'] ?? {};
  const schema = at(body, 'post.requestBody.content') as Record<string, { schema: object }>;
  const search = at(schema['application/json']?.schema as object, 'properties.search') as object;
  const found = z.object({ properties: z.record(z.string(), z.unknown()) }).parse(search);
  return Object.entries(found.properties).flatMap(([name, inner]) => {
    const parts = ['training', 'budget', 'engine'].includes(name) ? propertiesOf(inner) : [];
    return parts.length === 0 ? [name] : parts.map((part) => `${name}.${part}`);
  });
}

/** The server's value by itself; undefined where it has none. */
const valueOf = (path: string): unknown => (path.startsWith('limits.') ? undefined : at(usual, path));

describe('what a search can be asked besides', () => {
  it('is all that the server takes, but for what no command line has either', () => {
    const choices = { ...usualChoices, backbones: ['x'], minutes: 1 };
    const asked = studyOf('id', choices, testOffer).search ?? {};
    const plain = Object.entries(asked).flatMap(([name, value]) =>
      name === 'budget' ? Object.keys(value as object).map((part) => `budget.${part}`) : [name],
    );
    const more = [...numberChoices, ...textChoices, ...oneChoices].map(({ path }) => path);
    const limits = testOffer.costs.map(({ name }) => `limits.${name}`);
    expect(more.filter((path) => path.startsWith('limits.'))).toEqual(limits);
    const offered = [...plain, ...more.filter((path) => !limits.includes(path)), 'limits'];
    expect(new Set(offered).size).toBe(offered.length);
    expect(offered.sort()).toEqual(
      askable()
        .filter((path) => !['training.leastSteps', 'training.clip'].includes(path))
        .sort(),
    );
  });

  it('shows what the server takes by itself', () => {
    for (const { path, usual: shown } of numberChoices) {
      const value = path in usual.dataset ? at(usual.dataset, path) : at(usual, path);
      expect([path, value ?? null]).toEqual([path, shown]);
    }
    for (const { path, usual: shown, read } of textChoices)
      expect(shown === '' ? undefined : read(shown), path).toEqual(valueOf(path));
    for (const { path, options } of oneChoices)
      expect([path, String(at(usual, path) ?? '')]).toEqual([path, options[0]?.value]);
  });

  it('offers every word that the server has, those of plugins too', () => {
    const own = { ...testOffer, schedules: [...testOffer.schedules, 'own-schedule'] };
    const values = (path: string) =>
      oneChoicesOf(own)
        .find((one) => one.path === path)
        ?.options.map(({ value }) => value);
    expect(values('training.schedule')?.toSorted()).toEqual([...own.schedules].sort());
    expect(values('engine.name')).toEqual(own.engines.map(({ name }) => name));
    expect(values('training.optimizer')).toEqual(own.optimizers);
    const augmentation = own.dimensions.find(({ name }) => name === 'augmentation');
    expect(augmentation && namesFor(augmentation, 'text')).toContain('swap');
    expect(augmentation && namesFor(augmentation, 'image')).not.toContain('swap');
  });

  it('asks for what was chosen and leaves the rest to the server', () => {
    expect(moreOf(nothingMore, testOffer)).toEqual({});
    const more = {
      numbers: { validation: 0.2, 'training.views': 8, 'budget.totalEpochs': 40 },
      texts: { baselineRates: ' ', 'limits.latency': '5 ms', 'limits.size': '10MB', also: 'latency, size' },
      ones: { 'training.classWeights': 'balanced', useEverything: 'false', 'engine.name': 'tfjs' },
    };
    const space = { learningRate: '1e-4..1e-3', layerDecay: ' ', augmentation: 'none', dropout: '0..0.5' };
    const { search } = studyOf('id', { ...usualChoices, minutes: 2, space, more }, testOffer);
    expect(search).toMatchObject({
      ...{ validation: 0.2, useEverything: false },
      ...{ limits: { latency: 5, size: 1e7 }, also: ['latency', 'size'] },
      space: {
        learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-3 },
        augmentation: { kind: 'choices', values: ['none'] },
        dropout: { kind: 'uniform', low: 0, high: 0.5 },
      },
      training: { views: 8, classWeights: 'balanced' },
      budget: { trials: 12, epochs: 10, seconds: 120, totalEpochs: 40 },
      engine: { name: 'tfjs' },
    });
    expect(search?.space).not.toHaveProperty('layerDecay');
    expect([...unreadOf(more, testOffer), ...unreadIn(space, testOffer.dimensions)]).toEqual([]);
    const wrong = { ...more, texts: { 'limits.size': '5 ms', also: 'weight' } };
    expect(unreadOf(wrong, testOffer)).toEqual(['Limit of size', 'Weighed beside the metric']);
    expect(unreadIn({ ...space, weightDecay: 'much' }, testOffer.dimensions)).toEqual(['Weight decay']);
    expect(spaceOf({ batch: '8..32', freezeDepth: '0, 4' }, testOffer.dimensions)).toEqual({
      batch: { kind: 'integer', low: 8, high: 32 },
      freezeDepth: { kind: 'choices', values: [0, 4] },
    });
  });
});
