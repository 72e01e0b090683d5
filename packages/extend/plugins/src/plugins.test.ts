import { readDataset } from '@espalier/data';
import { pruners, samplers } from '@espalier/search';
import type { SearchSpace } from '@espalier/study';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { install, opened, temporaryFolder } from './testing/installed.js';

const context = { inspectInputs: async () => [], cacheFolder: 'cache' };

const backbone = (id: string, load: string): string => `{
  id: '${id}', family: 'leaf', modality: 'image', parameters: 10,
  licence: { spdx: 'MIT', commercialUse: 'allowed' },
  source: { kind: 'embedded', package: 'leaf', sha256: '' },
  load: ${load},
}`;

const loaded = `{
  modelPath: '/leaf.onnx',
  preprocessing: { kind: 'text', tokenizer: 'tokenizer.json' },
  features: { pooling: 'mean' },
  notes: [],
}`;

const list = (...values: readonly (number | string)[]) => ({ kind: 'choices' as const, values });
const space: SearchSpace = {
  backbones: [{ id: 'net', ranges: { freezeDepth: list(0, 1) } }],
  ranges: {
    learningRate: { kind: 'logUniform', low: 1e-4, high: 1e-2 },
    layerDecay: list(1),
    weightDecay: list(0),
    augmentation: list('none'),
  },
};
const request = { space, history: [], trial: 0, seed: 1 };
/** A configuration whose values begin as they should. */
const inSpaceBut = (more: string): string =>
  `{ backbone: 'net', values: { freezeDepth: 1, learningRate: 1e-3, layerDecay: 1, weightDecay: 0, augmentation: 'none', ${more} } }`;
const inSpace = inSpaceBut('');

describe('a backbone of a plugin', () => {
  it('is described and loaded, and what it prints disturbs nobody', async () => {
    const folder = temporaryFolder();
    install(folder, 'leaf', {
      espalier: { interface: 1, backbones: ['leaf-net'] },
      code: `console.log('noise'); export const backbones = [${backbone('leaf-net', `async ({ cacheFolder }) => ({ ...${loaded}, notes: [cacheFolder] })`)}];`,
    });
    const plugins = await opened(folder);
    expect(plugins.backboneIds).toEqual(['leaf-net']);
    await plugins.check(plugins.found[0]!);
    const found = await plugins.backbone('leaf-net');
    expect(found).toMatchObject({ id: 'leaf-net', family: 'leaf', parameters: 10 });
    expect(plugins.backbone('other')).toBeNull();
    expect(plugins.told).toEqual([]);
  });

  it.each([
    ["() => { throw new Error('no file\\nat here') }", /plugin leaf is disabled: no file$/],
    ['() => { process.exit(3) }', /it exited with code 3/],
    ['() => ({ modelPath: 5 })', /load\(\) returned/],
    [
      'async () => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)) }',
      /it crashed: .*memory/,
    ],
  ])('whose load is %s is named, and this process lives', async (load, message) => {
    const folder = temporaryFolder();
    install(folder, 'leaf', {
      espalier: { interface: 1, backbones: ['leaf-net'] },
      code: `export const backbones = [${backbone('leaf-net', load)}];`,
    });
    const plugins = await opened(folder);
    const found = await plugins.backbone('leaf-net');
    await expect(found?.load(context)).rejects.toThrow(message);
  });

  it.each([
    ["throw new Error('no luck')", /plugin leaf is disabled: no luck/],
    ['export const backbones = 5', /its export 'backbones' is not an array/],
    ['export const backbones = []', /its export 'backbones' lacks 'leaf-net', which its package.json names/],
    ['export const backbones = [5]', /contains something that is not an object/],
    [`export const backbones = [{ id: 'leaf-net' }]`, /plugin leaf is disabled: backbone leaf-net/],
    ['export const', /plugin leaf is disabled: .*(Unexpected|Transform)/],
  ])('in the module %j is refused by name', async (code, message) => {
    const folder = temporaryFolder();
    install(folder, 'leaf', { espalier: { interface: 1, backbones: ['leaf-net'] }, code });
    const plugins = await opened(folder);
    await expect(plugins.check(plugins.found[0]!)).rejects.toThrow(message);
    await expect(plugins.backbone('leaf-net')).rejects.toThrow(message);
  });

  it('whose name is taken, by Espalier or another plugin, is left out', async () => {
    const folder = temporaryFolder();
    const code = `export const backbones = [${backbone('leaf-net', '() => null')}];`;
    install(folder, 'leaf', { espalier: { interface: 1, backbones: ['leaf-net', 'own-net'] }, code });
    install(folder, 'oak', { espalier: { interface: 1, backbones: ['leaf-net'] }, code });
    const plugins = await opened(folder, ['own-net']);
    expect(plugins.backboneIds).toEqual(['leaf-net']);
    expect(plugins.told).toEqual([
      'plugin leaf: its own-net is ignored: Espalier already has a backbone called own-net',
      'plugin oak: its leaf-net is ignored: plugin leaf already has a backbone called leaf-net',
    ]);
  });
});

describe('a plugin', () => {
  it('may keep what cannot be sent to another thread, and have its name from a class', async () => {
    const folder = temporaryFolder();
    install(folder, 'leaf', {
      espalier: { interface: 1, samplers: ['kept'] },
      code: `class Kept {
        state = { seen: new WeakMap(), next: () => null };
        get name() { return 'kept'; }
        suggest() { return this.state.next(); }
      }
      export const samplers = [new Kept()];`,
    });
    const plugins = await opened(folder);
    await plugins.check(plugins.found[0]!);
    expect(await samplers.get('kept').suggest(request)).toBeNull();
  });

  it.each([
    [
      'says things of its own',
      'parentPort.postMessage(null); parentPort.postMessage({ t: "q", m: "x", i: 1 });',
      /its export 'pruners' lacks 'odd'/,
    ],
    [
      'throws an object without words',
      'setTimeout(() => { throw { toString: 1, valueOf: 2 }; }); for await (const _ of [new Promise(() => setTimeout(() => undefined, 1e6))]);',
      /it crashed: .*toString/,
    ],
    [
      'rejects with nothing',
      'Promise.reject(undefined); await new Promise(() => setTimeout(() => undefined, 1e6));',
      /it crashed: /,
    ],
    [
      'throws an error whose message is none',
      'throw Object.assign(new Error(), { message: 5 });',
      /is disabled: /,
    ],
  ])('that %s ends nobody', async (_, code, reason) => {
    const folder = temporaryFolder();
    install(folder, 'leaf', {
      espalier: { interface: 1, pruners: ['odd'] },
      code: `import { parentPort } from 'node:worker_threads'; ${code}`,
    });
    const plugins = await opened(folder);
    await expect(plugins.check(plugins.found[0]!)).rejects.toThrow(reason);
  });
});

describe('a sampler of a plugin', () => {
  const sampler = async (name: string, suggest: string) => {
    const folder = temporaryFolder();
    install(folder, 'leaf', {
      espalier: { interface: 1, samplers: [name] },
      code: `export const samplers = [{ name: '${name}', suggest: ${suggest} }];`,
    });
    return opened(folder);
  };

  it('suggests', async () => {
    const { told } = await sampler('good', `({ trial }) => trial > 0 ? null : ${inSpace}`);
    expect(await samplers.get('good').suggest(request)).toMatchObject({
      values: { learningRate: 1e-3, freezeDepth: 1 },
    });
    expect(await samplers.get('good').suggest({ ...request, trial: 1 })).toBeNull();
    expect(told).toEqual([]);
  });

  it.each([
    ['not-a-number', `() => (${inSpaceBut('learningRate: NaN')})`, /learningRate: .*NaN/],
    [
      'outside',
      `() => (${inSpaceBut('learningRate: 5')})`,
      /the learningRate 5, which is not in the search space/,
    ],
    ['too-deep', `() => (${inSpaceBut('freezeDepth: 7')})`, /the freezeDepth 7/],
    ['throws', "() => { throw new Error('no idea') }", /no idea/],
    ['throws-nothing', '() => { throw null }', /it suggested what is no configuration/],
    ['rejects-oddly', '() => Promise.reject({ toString: 1, valueOf: 2 })', /toString: 1/],
    ['function', `() => (${inSpaceBut('learningRate: () => 1')})`, /could not be cloned/],
    ['big', `() => (${inSpaceBut('freezeDepth: 1n')})`, /freezeDepth: .*number/],
    ['negative', `() => (${inSpaceBut('freezeDepth: -1')})`, /freezeDepth/],
    ['cyclic', `() => { const c = ${inSpace}; c.values.freezeDepth = c; return c }`, /freezeDepth/],
    ['getter', `() => (${inSpaceBut("get layerDecay() { throw new Error('not yours') }")})`, /not yours/],
    ['huge', `() => ({ ...${inSpace}, backbone: 'x'.repeat(2e7) })`, /its result has 2\d+ bytes, but/],
    ['never', '() => { for (;;); }', /did not respond within 10 s/],
  ])(
    'that fails (%s) is disabled by name, and the random sampler replaces it',
    async (name, suggest, reason) => {
      const { told } = await sampler(name, suggest);
      expect(samplers.get(name).replaced?.()).toBeNull();
      const expected = samplers.get('random').suggest(request);
      expect(await samplers.get(name).suggest(request)).toEqual(expected);
      expect(await samplers.get(name).suggest(request)).toEqual(expected);
      expect(told).toEqual([expect.stringMatching(reason)]);
      expect(told[0]).toMatch(/^plugin leaf is disabled: .*; the random sampler replaces /);
      expect(samplers.get(name).replaced?.()).toBe(told[0]);
    },
    30_000,
  );

  it('whose name is taken is left out', async () => {
    const { told } = await sampler('tpe', `() => null`);
    expect(told).toEqual(['plugin leaf: its tpe is ignored: There is already a sampler called tpe']);
    expect(samplers.get('tpe').suggest(request)).not.toBeNull();
  });
});

describe('a pruner of a plugin', () => {
  const trial = {
    number: 0,
    configuration: {} as never,
    status: 'running',
    curve: [0.5],
    gains: [0.5],
  } as const;

  it('stops trials; where it fails none is stopped any more', async () => {
    const folder = temporaryFolder();
    install(folder, 'leaf', {
      espalier: { interface: 1, pruners: ['below', 'vague'] },
      code: `export const pruners = [
        { name: 'below', shouldStop: ({ trial }) => trial.curve.at(-1) < 0.6 },
        { name: 'vague', shouldStop: () => 'perhaps' },
      ];`,
    });
    const { told } = await opened(folder);
    expect(await pruners.get('below')({ epochs: 3 }).shouldStop({ trial, history: [] })).toBe(true);
    expect(told).toEqual([]);
    expect(await pruners.get('vague')({ epochs: 3 }).shouldStop({ trial, history: [] })).toBe(false);
    expect(told).toEqual([
      'plugin leaf is disabled: its pruner vague did not return true or false; without vague every trial runs to its end',
    ]);
  });
});

describe('a reader of a plugin', () => {
  it('reads what it recognises; one that fails to recognise is told and left out', async () => {
    const folder = temporaryFolder();
    install(folder, 'leaf', {
      espalier: { interface: 1, readers: ['leaves', 'thorns', 'stones', 'stones'] },
      code: `
        const rows = Array.from({ length: 20 }, (_, i) => ({
          id: String(i), content: { kind: 'text', text: 'leaf ' + i }, className: i % 2 ? 'oak' : 'elm',
        }));
        export const readers = [
          { format: 'thorns', description: '', recognises: () => { throw new Error('ouch') }, read: () => null },
          { format: 'leaves', description: '', recognises: ({ path }) => path.endsWith('.leaves'),
            read: async ({ path }, options) => ({ root: path, modality: 'text', rows, notes: [JSON.stringify(options)] }) },
          { format: 'stones', description: '', recognises: ({ path }) => path.endsWith('.stones'),
            read: async () => ({ rows: [{}] }) },
        ];`,
    });
    const { told } = await opened(folder);
    const path = join(folder, 'trees.leaves');
    mkdirSync(path);
    const options = { labelColumn: 'tree', onProgress: () => undefined, seed: 5 };
    const dataset = await readDataset(path, options);
    expect(dataset).toMatchObject({ classes: ['elm', 'oak'], modality: 'text' });
    expect(dataset.notes).toEqual(['{"labelColumn":"tree"}']);
    expect(dataset.examples).toHaveLength(20);
    const stones = join(folder, 'wall.stones');
    mkdirSync(stones);
    await expect(readDataset(stones)).rejects.toThrow(
      /plugin leaf is disabled: its reader stones did not return a list of examples: root/,
    );
    expect(told).toEqual([
      'plugin leaf: its stones is ignored: There is already a layout called stones',
      'plugin leaf is disabled: ouch',
    ]);
  });
});
