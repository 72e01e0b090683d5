import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BackboneError,
  defineBackbone,
  type Backbone,
  type LoadContext,
  type LoadedBackbone,
  type ReadyBackbone,
} from './backbone.js';
import { licenceFromSpdx } from './licence.js';
import { normalisations } from './preprocessing.js';

const loaded = {
  modelPath: 'tiny.onnx',
  preprocessing: {
    kind: 'image',
    height: 32,
    width: 32,
    layout: 'nchw',
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  features: {},
  notes: [],
};
const context: LoadContext = { inspectInputs: async () => [], cacheFolder: '' };

/** A definition with some fields replaced, typed as what a plugin in plain JavaScript might pass. */
const definition = (changes: object = {}, result: object = loaded): Backbone =>
  ({
    id: 'tiny/net@1.0',
    family: 'tiny',
    modality: 'image',
    parameters: 10,
    licence: licenceFromSpdx('MIT'),
    source: { kind: 'file', path: 'tiny.onnx' },
    load: async () => result,
    ...changes,
  }) as unknown as Backbone;

describe('the identity of a backbone', () => {
  it('comes back as it was given', () => {
    const { load, ...given } = definition();
    const { load: wrapped, ...identity } = defineBackbone({ load, ...given });
    expect(identity).toEqual(given);
    expect(wrapped).toBeTypeOf('function');
    expect(defineBackbone(definition({ parameters: null, citation: 'x' })).citation).toBe('x');
  });

  it.each([
    [{ id: 'a b' }, /backbone a b: .*an id must be letters, digits and \. _ : \/ @ -/],
    [{ id: '-a' }, /backbone -a: .*an id must be/],
    [{ id: '' }, /an id must be/],
    [{ family: '' }, /backbone tiny\/net@1\.0: .*family/s],
    [{ modality: 'video' }, /modality: one of image, text, audio is needed/],
    [{ parameters: 0 }, /parameters/],
    [{ parameters: 1.5 }, /parameters/],
    [{ parameters: undefined }, /parameters/],
    [{ licence: { spdx: '', commercialUse: 'allowed' } }, /licence\.spdx/],
    [{ licence: { spdx: 'MIT', commercialUse: 'yes' } }, /licence\.commercialUse/],
    [{ source: { kind: 'web', path: 'x' } }, /source\.kind/],
    [{ source: { kind: 'file' } }, /source\.path/],
    [{ source: { kind: 'embedded', package: 'p' } }, /source\.sha256/],
    [{ source: { kind: 'hub', hub: 'elsewhere', repository: 'r', revision: 'v', file: 'f' } }, /source\.hub/],
    [{ colour: 'red' }, /colour/],
  ])('%j is refused by name', (changes, message) => {
    expect(() => defineBackbone(definition(changes))).toThrow(BackboneError);
    expect(() => defineBackbone(definition(changes))).toThrow(message);
  });

  it('takes ids of the documented alphabet and no other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        const valid = /^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/.test(id);
        const define = (): Backbone => defineBackbone(definition({ id }));
        if (valid) expect(define().id).toBe(id);
        else expect(define).toThrow(BackboneError);
      }),
      { numRuns: 300 },
    );
    expect(() => defineBackbone(definition({ id: 'a\n' }))).toThrow(BackboneError);
  });
});

describe('what load() returns', () => {
  it('is completed with defaults', async () => {
    const result = await defineBackbone(definition()).load(context);
    expect(result.features).toEqual({ pooling: 'mean' });
    expect(result.preprocessing).toEqual({
      ...loaded.preprocessing,
      fit: 'crop',
      cropFraction: 0.875,
      interpolation: 'linear',
      channels: 'rgb',
    });
    expect(result).not.toHaveProperty('stages');
  });

  it('gets the context it is called with', async () => {
    const seen: LoadContext[] = [];
    const load = async (given: LoadContext): Promise<object> => (seen.push(given), loaded);
    await defineBackbone(definition({ load })).load(context);
    expect(seen).toEqual([context]);
  });

  it.each([
    [{ modelPath: '' }, /modelPath/],
    [{ stages: [] }, /stages/],
    [{ stages: [1] }, /stages\[0\]/],
    [{ notes: undefined }, /notes/],
    [{ features: { pooling: 'max' } }, /features\.pooling/],
    [{ features: { layer: 'x' } }, /layer/],
    [{ preprocessing: { kind: 'video' } }, /preprocessing\.kind/],
    [{ preprocessing: { ...loaded.preprocessing, std: [1, 0, 1] } }, /std must be positive/],
  ])('is checked: %j', async (changes, message) => {
    const backbone = defineBackbone(definition({}, { ...loaded, ...changes }));
    await expect(backbone.load(context)).rejects.toThrow(BackboneError);
    await expect(backbone.load(context)).rejects.toThrow(message);
    await expect(backbone.load(context)).rejects.toThrow(/^backbone tiny\/net@1\.0: load\(\) returned/);
  });

  it('is not needed where load() itself says what is wrong', async () => {
    const load = async (): Promise<never> => Promise.reject(new BackboneError('download it first'));
    await expect(defineBackbone(definition({ load })).load(context)).rejects.toThrow(/^download it first$/);
  });
});

describe('an author', () => {
  it('may leave out what has a default, also where nobody calls defineBackbone', async () => {
    const backbone: Backbone = {
      id: 'short',
      family: 'short',
      modality: 'image',
      parameters: null,
      licence: licenceFromSpdx('MIT'),
      source: { kind: 'file', path: 'short.onnx' },
      load: async () => ({
        modelPath: 'short.onnx',
        preprocessing: { kind: 'image', height: 32, width: 32, layout: 'nchw', ...normalisations.unit },
        features: {},
        notes: [],
      }),
    };
    const ready: ReadyBackbone = await defineBackbone(backbone).load(context);
    expect(ready).toMatchObject({ features: { pooling: 'mean' }, preprocessing: { channels: 'rgb' } });
    // @ts-expect-error What is needed cannot be left out.
    const short: LoadedBackbone = { modelPath: 'short.onnx', features: {}, notes: [] };
    await expect(defineBackbone({ ...backbone, load: async () => short }).load(context)).rejects.toThrow(
      /preprocessing/,
    );
  });
});
