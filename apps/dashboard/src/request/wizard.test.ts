import { describe, expect, it } from 'vitest';
import type { Backbone } from '../server/api';
import { testOffer } from '../testing';
import { smallNote, studyOf, suited, usualChoices, type Choices } from './wizard';

const asked = (choices: Choices) => studyOf('id', choices, testOffer);

describe('what a study is asked', () => {
  it('is what was chosen, and nothing where the server knows better', () => {
    const { search, ...rest } = asked({ ...usualChoices, name: ' Pets ' });
    expect(rest).toEqual({ datasetId: 'id', name: 'Pets' });
    expect(search).toMatchObject({
      budget: { trials: 12, epochs: 10 },
      pruner: 'asha',
      baseline: true,
      space: {},
    });
    expect(search).not.toHaveProperty('backbones');
    const own = asked({
      ...usualChoices,
      effort: 'quick',
      epochs: 7,
      minutes: 2,
      space: { freezeDepth: '0, 4,8' },
      pruner: 'none',
    });
    expect(own.search).toMatchObject({
      budget: { trials: 4, epochs: 7, seconds: 120 },
      space: { freezeDepth: { kind: 'choices', values: [0, 4, 8] } },
      pruner: 'none',
    });
  });

  it('offers the backbones for the dataset, bundled ones first', () => {
    const of = (id: string, modality: string, embedded: boolean) => ({ id, modality, embedded }) as Backbone;
    const all = [
      of('b', 'image', false),
      of('t', 'text', true),
      of('c', 'image', true),
      of('a', 'image', false),
    ];
    expect(suited(all, 'image').map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(suited(all, null)).toEqual([]);
  });

  it('tells of a small network that a larger one does better', () => {
    const mini = { id: 'text-mini', embedded: true, checkpoint: null } as Backbone;
    const hub = { id: 'text-bert', embedded: false, checkpoint: 'hf:owner/name' } as Backbone;
    expect(smallNote(['text-mini'], [mini, hub])).toMatch(
      /^text-mini is a small network .*, such as text-bert\.$/,
    );
    expect(smallNote(['text-mini'], [mini])).toMatch(/a network of the Hugging Face hub\.$/);
    expect(smallNote(['text-bert'], [mini, hub])).toBeNull();
    expect(smallNote([], [mini, hub])).toBeNull();
  });
});
