import { modalitySchema } from '@espalier/transfer';
import { describe, expect, it } from 'vitest';
import { exampleViewKey, plainView, usualPoliciesOf, type ExampleView } from '../views.js';
import { fileModalities, modalityFacts, modalityNames, nouns } from './allFacts.js';
import { modalities } from './index.js';

it('has a part, and facts, for each name that the interface knows', () => {
  const names = [...modalitySchema.options].sort();
  expect([...modalities.names].sort()).toEqual(names);
  expect([...modalityNames].sort()).toEqual(names);
  expect(Object.keys(nouns).sort()).toEqual(names);
});

it('tells files of one modality from those of another', () => {
  const endings = modalityFacts.entries().flatMap(([, facts]) => [...facts.endings]);
  expect(new Set(endings).size).toBe(endings.length);
  expect(endings.every((ending) => /^\.[a-z0-9]+$/.test(ending))).toBe(true);
});

it('names a column of each by an option of its own', () => {
  const columns = modalityFacts.entries().map(([, { column }]) => column);
  expect(new Set(columns.map(({ option }) => option)).size).toBe(columns.length);
  expect(new Set(columns.map(({ setting }) => setting)).size).toBe(columns.length);
});

it('knows files from texts', () => {
  expect(fileModalities).toEqual(['image', 'audio']);
});

describe.each(modalities.names.map((name) => [name] as const))('%s', (name) => {
  const part = modalities.get(name);
  const others = modalities.names.filter((other) => other !== name);

  it('has the plain view under every policy, at index 0', () => {
    const plain = part.viewKey(plainView(name));
    for (const policy of part.policies.known()) {
      expect(part.viewKey(part.viewOf(policy, 'example', 0, 1))).toBe(plain);
      const again = part.viewOf(policy, 'example', 3, 1);
      expect(again).toEqual(part.viewOf(policy, 'example', 3, 1));
      expect(again.modality).toBe(name);
      expect(part.viewKey(again) === plain).toBe(policy === 'none');
    }
  });

  it('has the policies that a search tries by itself, nothing among them', () => {
    expect(part.policies.known()).toEqual(expect.arrayContaining([...usualPoliciesOf(name)]));
    expect(usualPoliciesOf(name)).toContain('none');
  });

  it('refuses a policy that it does not have, and a view of another modality', () => {
    for (const other of others) {
      const theirs = modalities.get(other);
      expect(() => part.viewKey(plainView(other))).toThrow(RangeError);
      for (const policy of theirs.policies.known().filter((one) => !part.policies.has(one)))
        expect(() => part.viewOf(policy, 'example', 1, 1)).toThrow(
          `there is no augmentation '${policy}' for ${name}`,
        );
    }
  });
});

it('goes by the registry alone, so that one more modality is found by its name', () => {
  const look = { modality: 'drawing', view: null } as unknown as ExampleView;
  expect(() => exampleViewKey(look)).toThrow('There is no modality called drawing');
  const forget = modalities.register('drawing', { ...modalities.get('image'), viewKey: () => 'a drawing' });
  expect(exampleViewKey(look)).toBe('a drawing');
  forget();
});
