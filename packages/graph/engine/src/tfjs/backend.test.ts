import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.js';
import { chooseBackend, loaders, restoreUtilities, type Backend, type Loader } from './backend.js';
import { createTfjsEngine } from './engine.js';

const loads = (name: string, backend: Backend['name']): Loader => ({
  package: name,
  load: () => Promise.resolve({ name: backend, sentence: `TensorFlow.js by ${name}` }),
});

const fails = (name: string, message: string, code?: string): Loader => ({
  package: name,
  load: () => Promise.reject(Object.assign(new Error(message), { code })),
});

describe('the backend', () => {
  it('is the first that loads, and says nothing of what comes behind', async () => {
    const chosen = await chooseBackend([loads('gpu', 'tensorflow'), fails('node', 'never asked')]);
    expect(chosen).toEqual({ name: 'tensorflow', sentence: 'TensorFlow.js by gpu' });
  });

  it('says in one line why those before it did not load, without the paths of the machine', async () => {
    const { sentence } = await chooseBackend([
      fails('gpu', "Cannot find module 'gpu'\nRequire stack:\n- /a/b.js", 'MODULE_NOT_FOUND'),
      fails(
        'node',
        'The Node.js native addon module (tfjs_binding.node) can not be found at path: /a/b/tfjs_binding.node.',
      ),
      fails('other', '/usr/lib/x/libtensorflow.so.2: cannot open shared object file\nmore'),
      loads('plain', 'cpu'),
    ]);
    expect(sentence).toBe(
      'TensorFlow.js by plain; gpu did not load: it is not installed; ' +
        'node did not load: its native library is missing; ' +
        'other did not load: libtensorflow.so.2: cannot open shared object file',
    );
  });

  it('is an error where none loads', async () => {
    const none = chooseBackend([fails('gpu', 'no'), fails('plain', 'neither')]);
    await expect(none).rejects.toThrow(EngineError);
    await expect(none).rejects.toThrow(/did not start: gpu did not load: no; plain did not load: neither/);
  });

  it('tries the GPU, then the native library, then JavaScript', () => {
    expect(loaders.map((one) => one.package)).toEqual([
      '@tensorflow/tfjs-node-gpu',
      '@tensorflow/tfjs-node',
      '@tensorflow/tfjs-backend-cpu',
    ]);
  });

  it('is in the name of an engine, in JavaScript at the last', async () => {
    const { name, device } = await createTfjsEngine({ loaders: loaders.slice(-1) });
    expect([name, device]).toEqual([
      'tfjs',
      expect.stringMatching(/^TensorFlow\.js \d+\.\d+\.\d+ on the CPU in JavaScript$/),
    ]);
    expect((await createTfjsEngine()).device).toMatch(/^TensorFlow\.js \d+\.\d+\.\d+ on (the CPU|a GPU)/);
  });
});

it('checks that Node took away come back', () => {
  const util: Record<string, unknown> = {};
  restoreUtilities(util);
  const check = (name: string, value: unknown): unknown => {
    const one = util[name];
    return typeof one === 'function' ? one(value) : 'no function';
  };
  expect([null, undefined, 0, ''].map((value) => check('isNullOrUndefined', value))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([() => 0, {}, 'a'].map((value) => check('isFunction', value))).toEqual([true, false, false]);
  expect([{}, null, 1].map((value) => check('isObject', value))).toEqual([true, false, false]);
});
