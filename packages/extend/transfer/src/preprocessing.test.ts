import { describe, expect, it } from 'vitest';
import { imagePreprocessingSchema, normalisations, preprocessingSchema } from './preprocessing.js';

const valid = { kind: 'image', height: 224, width: 224, layout: 'nchw', ...normalisations.imagenet };

/** Paths of what is wrong with the valid preprocessing after some changes. */
const complaints = (changes: object): string[] =>
  preprocessingSchema
    .safeParse({ ...valid, ...changes })
    .error?.issues.map(({ path, code }) => path.join('.') || code) ?? [];

describe('the preprocessing schema', () => {
  it.each(Object.entries(normalisations))('takes the %s normalisation', (_, normalisation) => {
    expect(complaints(normalisation)).toEqual([]);
  });

  it.each([
    ['height', [8, 2048], [7, 2049, 0, -8, 8.5, NaN, '224']],
    ['width', [8, 2048], [7, 2049, 0, -8, 8.5, NaN, null]],
    ['cropFraction', [1, 0.01], [0, 1.01, -1]],
    ['scale', [1e-6, 255], [0, -1, NaN]],
    ['fit', ['squash', 'crop', 'pad'], ['stretch', '']],
    ['interpolation', ['nearest', 'linear', 'cubic', 'lanczos3'], ['area']],
    ['layout', ['nchw', 'nhwc'], ['chw', undefined]],
    ['channels', ['rgb', 'bgr', 'grey'], ['rgba', 'gray']],
    ['mean', [[0, -1, 300]], [[0, 0], [0, 0, 0, 0], ['0', 0, 0], undefined]],
    [
      'std',
      [[1, 0.001, 300]],
      [
        [1, 1, 0],
        [1, -1, 1],
        [1, 1],
      ],
    ],
    ['kind', ['image'], ['video', undefined]],
  ])('%s has limits', (field, good, bad) => {
    for (const value of good) expect([value, complaints({ [field]: value })]).toEqual([value, []]);
    for (const value of bad) expect(complaints({ [field]: value }).join()).toMatch(field);
  });

  it('refuses what it does not know, so that a typing error does not become a default', () => {
    expect(complaints({ cropfraction: 1 })).toEqual(['unrecognized_keys']);
  });

  it('has the defaults of ImageNet evaluation, and reading twice changes nothing', () => {
    const once = imagePreprocessingSchema.parse(valid);
    expect(once).toMatchObject({
      fit: 'crop',
      cropFraction: 0.875,
      interpolation: 'linear',
      channels: 'rgb',
    });
    expect(preprocessingSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });
});

describe('the preprocessing of texts', () => {
  const text = {
    kind: 'text',
    tokenizer: 'a'.repeat(64),
    maxLength: 48,
    padId: 0,
    inputs: { ids: 'input_ids', mask: 'attention_mask', types: null, positions: null },
    prefix: '',
  };
  const bag = { words: 'words', characters: 'characters' };
  const read = (value: object): string => JSON.stringify(preprocessingSchema.parse(value));

  it('without a bag is written as it was before there were bags, since it is hashed', () => {
    expect(read(text)).toBe(JSON.stringify(text));
  });

  it('takes a bag beside the tokens, or alone', () => {
    expect(read({ ...text, bag })).toBe(JSON.stringify({ ...text, bag }));
    expect(read({ kind: 'bag', inputs: bag })).toBe(JSON.stringify({ kind: 'bag', inputs: bag }));
  });

  it.each([{}, { words: 'words' }, { ...bag, words: '' }, { ...bag, mask: 'mask' }])(
    'refuses the inputs %j of a bag',
    (inputs) => {
      expect(preprocessingSchema.safeParse({ kind: 'bag', inputs }).success).toBe(false);
      expect(preprocessingSchema.safeParse({ ...text, bag: inputs }).success).toBe(false);
    },
  );
});
