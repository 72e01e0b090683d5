import { openApiDocument } from '@espalier/api';
import { policies } from '@espalier/data';
import { engineNames, providers } from '@espalier/engine';
import { studySettingsSchema } from '@espalier/runner';
import { scheduleNames } from '@espalier/search';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { augmentations, moreOf, nothingMore, numberChoices, oneChoices, textChoices, unreadOf } from './more';
import { studyOf, usualChoices } from './wizard';

const cache = { folder: 'x', bytes: 1 };
const settings = (search: object) =>
  studySettingsSchema.parse({ ...search, command: 'x', dataset: { path: 'x' }, backbones: ['x'], cache });
const usual = settings({});
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

describe('what a search can be asked besides', () => {
  it('is all that the server takes, but for what no command line has either', () => {
    const asked = studyOf('id', { ...usualChoices, backbones: ['x'], depths: '1', minutes: 1 }).search ?? {};
    const plain = Object.entries(asked).flatMap(([name, value]) =>
      name === 'budget' ? Object.keys(value as object).map((part) => `budget.${part}`) : [name],
    );
    const more = [...numberChoices, ...textChoices, ...oneChoices].map(({ path }) => path);
    const offered = [...plain, ...more, 'augmentation'];
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
      expect(read(shown), path).toEqual(at(usual, path));
    for (const { path, options } of oneChoices)
      expect([path, at(usual, path) ?? '']).toEqual([path, options[0]?.value]);
  });

  it('offers every word that is known', () => {
    const values = (path: string) =>
      oneChoices.find((one) => one.path === path)?.options.map(({ value }) => value);
    expect(values('training.schedule')?.sort()).toEqual([...scheduleNames].sort());
    expect(values('engine.name')).toEqual([...engineNames]);
    expect(values('engine.provider')).toEqual([...providers]);
    expect(augmentations).toEqual(policies);
  });

  it('asks for what was chosen and leaves the rest to the server', () => {
    expect(moreOf(nothingMore)).toEqual({});
    const more = {
      numbers: { validation: 0.2, 'training.batch': 8, 'budget.totalEpochs': 40 },
      texts: { learningRate: '1e-4..1e-3', layerDecay: ' ' },
      ones: { 'training.classWeights': 'balanced', useEverything: 'false', 'engine.name': 'tfjs' },
      augmentation: ['none'],
    };
    const { search } = studyOf('id', { ...usualChoices, minutes: 2, more });
    expect(search).toMatchObject({
      ...{ validation: 0.2, useEverything: false, augmentation: ['none'] },
      learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-3 },
      training: { batch: 8, classWeights: 'balanced' },
      budget: { trials: 12, epochs: 10, seconds: 120, totalEpochs: 40 },
      engine: { name: 'tfjs' },
    });
    expect(search).not.toHaveProperty('layerDecay');
    expect(unreadOf(more)).toEqual([]);
    expect(unreadOf({ ...more, texts: { weightDecay: 'much' } })).toEqual(['Weight decay']);
  });
});
